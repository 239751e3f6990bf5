//! What this machine lacks for running desktops, in words with a way out.

use nen_fleet::Check;

use crate::output::Style;

/// Checks that did not pass.
#[derive(Debug)]
pub struct Problems {
    /// One line per failed check, with its fix.
    pub text: String,
    /// Desktops cannot start.
    pub fatal: bool,
    /// Debian packages that would help.
    pub packages: Vec<String>,
}

/// What did not pass, none when all is well.
pub fn problems(checks: &[Check], style: Style) -> Option<Problems> {
    let mut found = Problems {
        text: String::new(),
        fatal: false,
        packages: Vec::new(),
    };
    for check in checks.iter().filter(|c| !c.ok) {
        let mark = if check.required {
            style.red("missing")
        } else {
            style.yellow("warning")
        };
        found
            .text
            .push_str(&format!("  {mark}  {}: {}\n", check.name, check.detail));
        if let Some(fix) = &check.fix {
            found
                .text
                .push_str(&format!("           {}\n", style.bold(fix)));
            for package in packages_in(fix) {
                if !found.packages.iter().any(|p| p == package) {
                    found.packages.push(package.to_owned());
                }
            }
        }
        found.fatal |= check.required;
    }
    (!found.text.is_empty()).then_some(found)
}

/// The packages of `apt install a b`, and nothing of any other advice.
fn packages_in(fix: &str) -> impl Iterator<Item = &str> {
    let list = fix
        .split_once("apt install ")
        .or_else(|| fix.split_once("apt-get install "))
        .map_or("", |(_, list)| list);
    list.split_whitespace()
        .take_while(|word| is_package_name(word))
}

/// Debian policy 5.6.1; also what keeps an option from being passed on to apt.
fn is_package_name(word: &str) -> bool {
    word.len() > 1
        && word.starts_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit())
        && word
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || "+-.".contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, ok: bool, required: bool, fix: Option<&str>) -> Check {
        Check {
            name: name.into(),
            ok,
            required,
            detail: if ok { "found" } else { "not found" }.into(),
            fix: fix.map(Into::into),
        }
    }

    #[test]
    fn problems_name_their_package() {
        assert!(problems(&[check("Xvnc", true, true, None)], Style::PLAIN).is_none());
        let found = problems(
            &[
                check("bubblewrap", false, true, Some("apt install bubblewrap")),
                check("nft", false, false, Some("apt install nftables")),
                check("Xvnc", true, true, None),
            ],
            Style::PLAIN,
        )
        .unwrap();
        assert!(found.fatal);
        assert_eq!(found.packages, ["bubblewrap", "nftables"]);
        assert_eq!(
            found.text,
            "  missing  bubblewrap: not found\n           apt install bubblewrap\n  \
               warning  nft: not found\n           apt install nftables\n"
        );
    }

    #[test]
    fn only_package_names_are_taken_from_advice() {
        let packages = |fix| packages_in(fix).collect::<Vec<_>>();
        assert_eq!(
            packages("sysctl kernel.unprivileged_userns_clone=1"),
            [""; 0]
        );
        assert_eq!(packages("apt install g++ libx11-6"), ["g++", "libx11-6"]);
        assert_eq!(packages("apt install jwm (or another)"), ["jwm"]);
        assert_eq!(packages("apt install -o x"), [""; 0]);
    }
}
