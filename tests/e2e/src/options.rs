/// How a server is started.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Further arguments of `nen serve`.
    pub arguments: Vec<String>,
    /// Run it as the ordinary user `nobody`, when the tests themselves run as root.
    pub unprivileged: bool,
}

impl Options {
    /// Options with further arguments of `nen serve`.
    pub fn with(arguments: &[&str]) -> Self {
        Self {
            arguments: arguments.iter().map(ToString::to_string).collect(),
            unprivileged: false,
        }
    }

    /// As an ordinary user.
    pub fn unprivileged() -> Self {
        Self {
            unprivileged: true,
            ..Self::default()
        }
    }
}
