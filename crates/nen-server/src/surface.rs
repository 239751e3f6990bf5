//! The two surfaces of the API, told apart by the path. They differ in the shape of their errors.

/// Whether a path (or a route) belongs to managed workflows rather than to desktops and the server itself.
pub(crate) fn is_workflows(path: &str) -> bool {
    let first = path.split('/').nth(1);
    matches!(first, Some("runs" | "workflows" | "settings"))
}

#[cfg(test)]
mod tests {
    use super::is_workflows;

    #[test]
    fn a_surface_is_the_first_segment_whole() {
        for path in [
            "/runs",
            "/runs/",
            "/runs/x/logs",
            "/workflows/{id}",
            "/settings/x",
        ] {
            assert!(is_workflows(path), "{path}");
        }
        for path in ["/", "", "/run", "/runs2", "/desktops/runs", "/keys", "runs"] {
            assert!(!is_workflows(path), "{path}");
        }
    }
}
