use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};

/// A PostgreSQL database of its own on the server that `NEN_TEST_POSTGRES` names, dropped with it.
#[derive(Debug)]
pub struct Database {
    admin: String,
    name: String,
}

impl Database {
    /// Makes one; none where no PostgreSQL is named.
    pub fn create() -> Option<Self> {
        let admin = std::env::var("NEN_TEST_POSTGRES").ok()?;
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("nen_e2e_{}_{number}", std::process::id());
        let made = Self { admin, name };
        made.sql(&format!("CREATE DATABASE {}", made.name));
        Some(made)
    }

    /// What `--database` takes.
    pub fn url(&self) -> String {
        let (base, parameters) = self.admin.split_once('?').unwrap_or((&self.admin, ""));
        let (server, _) = base.rsplit_once('/').expect("a URL with a database");
        match parameters {
            "" => format!("{server}/{}", self.name),
            _ => format!("{server}/{}?{parameters}", self.name),
        }
    }

    fn sql(&self, statement: &str) {
        let psql = Command::new("psql")
            .args([
                "--no-psqlrc",
                "--quiet",
                "--dbname",
                &self.admin,
                "--command",
                statement,
            ])
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&psql.stderr);
        assert!(psql.status.success(), "{statement}: {said}");
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        self.sql(&format!("DROP DATABASE {} WITH (FORCE)", self.name));
    }
}
