/// How a server is started.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Further arguments of `nen serve`.
    pub arguments: Vec<String>,
    /// Desktops it keeps warm. None unless asked for: most tests count what they made.
    pub warm_pool: usize,
    /// Run it as the ordinary user `nobody`, when the tests themselves run as root.
    pub unprivileged: bool,
    /// Where it listens; at a free port of loopback when absent.
    pub listen: Option<String>,
    /// Its data folder; one below its temporary folder when absent.
    pub data_dir: Option<std::path::PathBuf>,
    /// Variables of its environment.
    pub environment: Vec<(String, String)>,
}

impl Options {
    /// Options with further arguments of `nen serve`.
    pub fn with(arguments: &[&str]) -> Self {
        Self {
            arguments: arguments.iter().map(ToString::to_string).collect(),
            ..Self::default()
        }
    }

    /// With a warm pool of this size.
    pub fn warm_pool(size: usize) -> Self {
        Self {
            warm_pool: size,
            ..Self::default()
        }
    }

    /// As an ordinary user.
    pub fn unprivileged() -> Self {
        Self {
            unprivileged: true,
            ..Self::default()
        }
    }

    /// With this variable in its environment.
    #[must_use]
    pub fn variable(mut self, name: &str, value: &str) -> Self {
        self.environment.push((name.to_owned(), value.to_owned()));
        self
    }
}
