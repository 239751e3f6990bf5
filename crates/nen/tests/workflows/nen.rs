//! The binary under test, in a folder of its own.

use std::{
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use serde_json::Value;

use crate::stand_in::{KEY, StandIn};

/// How a command ended.
#[derive(Debug)]
pub struct Ended {
    /// Exit code.
    pub code: i32,
    /// What it printed.
    pub out: String,
    /// What it complained about.
    pub err: String,
}

impl Ended {
    /// What it printed, as JSON.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|e| panic!("{e}: {self:?}"))
    }
}

/// A user with a folder, a server and a key.
pub struct Nen {
    folder: tempfile::TempDir,
    environment: Vec<(String, String)>,
}

impl Nen {
    /// With server and key in the environment.
    pub fn with(server: &StandIn) -> Self {
        let nen = Self {
            folder: tempfile::tempdir().unwrap(),
            environment: Vec::new(),
        };
        nen.set("NEN_API_URL", server.url()).set("NEN_API_KEY", KEY)
    }

    /// With one more environment variable, or another value for it.
    pub fn set(mut self, name: &str, value: &str) -> Self {
        self.environment.push((name.to_owned(), value.to_owned()));
        self
    }

    /// A path in the folder that commands run in.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a file there.
    pub fn write(&self, name: &str, content: &str) -> PathBuf {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, content).unwrap();
        path
    }

    /// Runs a command to its end, with nobody at the terminal.
    pub fn run(&self, arguments: &[&str]) -> Ended {
        let output = self
            .command(arguments)
            .stdin(Stdio::null())
            .output()
            .unwrap();
        Ended {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// Runs a command that must succeed.
    #[track_caller]
    pub fn good(&self, arguments: &[&str]) -> Ended {
        let ended = self.run(arguments);
        assert_eq!(ended.code, 0, "nen {}: {ended:?}", arguments.join(" "));
        ended
    }

    /// Starts a command whose standard input and output are pipes.
    pub fn spawn(&self, arguments: &[&str]) -> Child {
        self.command(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap()
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(Path::new(env!("CARGO_BIN_EXE_nen")));
        command
            .args(arguments)
            .env_clear()
            .env("PATH", "/usr/bin:/bin")
            .env("HOME", self.folder.path())
            .env("TZ", "UTC")
            .current_dir(self.folder.path());
        for (name, value) in &self.environment {
            command.env(name, value);
        }
        command
    }
}
