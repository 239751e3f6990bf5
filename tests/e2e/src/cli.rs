use std::process::{Command, Stdio};

use crate::{Server, binary};

/// How a command of `nen` ended.
#[derive(Debug)]
pub struct Output {
    /// Exit code.
    pub code: i32,
    /// What it printed.
    pub out: String,
    /// What it complained about.
    pub err: String,
}

/// The command line against a server, as a user in a script has it.
#[derive(Debug)]
pub struct Cli {
    url: String,
    key: String,
    home: std::path::PathBuf,
    environment: Vec<(String, String)>,
}

impl Cli {
    /// With the server's address and key in the environment.
    pub fn new(server: &Server) -> Self {
        Self {
            url: server.url().to_owned(),
            key: server.key().to_owned(),
            home: server.folder().to_owned(),
            environment: Vec::new(),
        }
    }

    /// With this variable in the environment, too.
    #[must_use]
    pub fn variable(mut self, name: &str, value: &str) -> Self {
        self.environment.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Runs `nen` with these arguments.
    pub fn run(&self, arguments: &[&str]) -> Output {
        self.run_with_key(&self.key, arguments)
    }

    /// The same with another key.
    pub fn run_with_key(&self, key: &str, arguments: &[&str]) -> Output {
        let output = Command::new(binary("nen"))
            .args(arguments)
            .env_clear()
            .env("PATH", "/usr/bin:/bin")
            .env("HOME", &self.home)
            .env("NEN_API_URL", &self.url)
            .env("NEN_API_KEY", key)
            .envs(self.environment.iter().cloned())
            .current_dir(&self.home)
            .stdin(Stdio::null())
            .output()
            .unwrap();
        Output {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// Runs it, checks that it succeeded, and gives what it printed.
    #[track_caller]
    pub fn good(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert_eq!(output.code, 0, "nen {}: {output:?}", arguments.join(" "));
        output.out
    }
}
