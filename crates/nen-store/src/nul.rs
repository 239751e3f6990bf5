/// PostgreSQL cannot hold U+0000 in TEXT and fails the statement. Caller-supplied text (a path's id, a
/// tool's output) may contain it, so every such value passes here: stored text shows U+FFFD instead, and a
/// looked-up id simply finds nothing, on both databases alike.
pub(crate) fn without_nul(text: &str) -> String {
    match text.contains('\0') {
        true => text.replace('\0', "\u{fffd}"),
        false => text.to_owned(),
    }
}

/// [`without_nul`] for a nullable column.
pub(crate) fn without_nul_opt(text: Option<&str>) -> Option<String> {
    text.map(without_nul)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replaces_only_nul() {
        assert_eq!(without_nul("a\0b\n"), "a\u{fffd}b\n");
        assert_eq!(without_nul_opt(None), None);
    }
}
