//! What `nen login` remembers, and which server and key a command uses.

use std::{fs, os::unix::fs::DirBuilderExt, path::PathBuf};

use anyhow::Context;
use serde::{Deserialize, Serialize};

use crate::{
    cli::GlobalArgs,
    client::{Client, is_loopback},
    data_dir,
};

/// Where a server listens unless told otherwise.
pub const DEFAULT_URL: &str = "http://127.0.0.1:8700";

/// The remembered server and key.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Login {
    /// Base URL of the server.
    pub api_url: String,
    /// The key for it.
    pub api_key: String,
}

/// `$XDG_CONFIG_HOME/nen/login.json`, `~/.config/nen/login.json` without it; none when there is no home.
pub fn path() -> Option<PathBuf> {
    let set = |name| {
        std::env::var_os(name)
            .filter(|v| !v.is_empty())
            .map(PathBuf::from)
    };
    let config = set("XDG_CONFIG_HOME")
        .filter(|p| p.is_absolute())
        .or_else(|| Some(set("HOME")?.join(".config")))?;
    Some(config.join("nen/login.json"))
}

impl Login {
    /// What was remembered, none when nothing was.
    pub fn load() -> anyhow::Result<Option<Self>> {
        let Some(path) = path() else { return Ok(None) };
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(e) => {
                return Err(e).with_context(|| format!("cannot read {}", path.display()));
            }
        };
        let login = serde_json::from_str(&text)
            .with_context(|| format!("{} is damaged; run `nen login` again", path.display()))?;
        Ok(Some(login))
    }

    /// Remembers it where only this user can read it.
    pub fn save(&self) -> anyhow::Result<PathBuf> {
        let path = path().context("there is no HOME to keep the login in")?;
        if let Some(folder) = path.parent() {
            fs::DirBuilder::new()
                .recursive(true)
                .mode(0o700)
                .create(folder)
                .with_context(|| format!("cannot create {}", folder.display()))?;
        }
        let text = serde_json::to_string_pretty(self)? + "\n";
        data_dir::write_private(&path, text.as_bytes())?;
        Ok(path)
    }
}

/// The client a command talks through: flags and environment, then the login, then the local server's own key file.
pub fn client(global: &GlobalArgs) -> anyhow::Result<Client> {
    // An empty variable is how many tools say "not set".
    let global = &GlobalArgs {
        json: global.json,
        api_key: global.api_key.clone().filter(|v| !v.is_empty()),
        api_url: global.api_url.clone().filter(|v| !v.is_empty()),
    };
    let login = match (&global.api_url, &global.api_key) {
        // Nothing of the login is needed, so a damaged one must not be in the way.
        (Some(_), Some(_)) => None,
        _ => Login::load()?,
    };
    let (url, key) = choose(global, login, |url| {
        let host = url.parse::<ureq::http::Uri>().ok()?.host()?.to_owned();
        is_loopback(&host).then(|| data_dir::read_key(&data_dir_of_environment()))?
    });
    Ok(Client::new(&url, key)?)
}

/// The data directory a local server would use in this environment.
fn data_dir_of_environment() -> PathBuf {
    std::env::var_os("NEN_DATA_DIR")
        .filter(|v| !v.is_empty())
        .map_or_else(data_dir::default_path, PathBuf::from)
}

/// A remembered key is sent only to the server it was given for.
fn choose(
    global: &GlobalArgs,
    login: Option<Login>,
    local_key: impl Fn(&str) -> Option<String>,
) -> (String, Option<String>) {
    let url = global
        .api_url
        .clone()
        .or_else(|| login.as_ref().map(|l| l.api_url.clone()))
        .unwrap_or_else(|| DEFAULT_URL.to_owned());
    let key = global
        .api_key
        .clone()
        .or_else(|| {
            login
                .filter(|l| l.api_url.trim_end_matches('/') == url.trim_end_matches('/'))
                .map(|l| l.api_key)
        })
        .or_else(|| local_key(&url));
    (url, key)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn global(url: Option<&str>, key: Option<&str>) -> GlobalArgs {
        GlobalArgs {
            json: false,
            api_key: key.map(Into::into),
            api_url: url.map(Into::into),
        }
    }

    fn login() -> Option<Login> {
        Some(Login {
            api_url: "https://nen.example".into(),
            api_key: "login".into(),
        })
    }

    #[test]
    fn flags_win_then_login_then_the_local_server() {
        let local = |_: &str| Some("local".to_owned());
        let pick = |url, key, login| choose(&global(url, key), login, local);
        assert_eq!(
            pick(Some("http://x"), Some("k"), login()),
            ("http://x".into(), Some("k".into()))
        );
        assert_eq!(
            pick(None, None, login()),
            ("https://nen.example".into(), Some("login".into()))
        );
        assert_eq!(
            pick(Some("https://nen.example/"), None, login()).1,
            Some("login".into())
        );
        assert_eq!(
            pick(None, None, None),
            (DEFAULT_URL.into(), Some("local".into()))
        );
    }

    #[test]
    fn a_remembered_key_stays_with_its_server() {
        let none = |_: &str| None;
        assert_eq!(
            choose(&global(Some("https://other.example"), None), login(), none).1,
            None
        );
    }
}
