//! What is wrong with settings that are each well-formed.

use std::{
    net::{SocketAddr, TcpListener},
    path::{Path, PathBuf},
};

use clap::{ArgMatches, Command, FromArgMatches as _};
use nen_agent::ModelsConfig;
use nen_objects::Place;
use nen_runs::SecretKey;
use reqwest::Url;
use rustix::fs::{Access, AtFlags, CWD, accessat};
use serde::Serialize;
use tracing_subscriber::EnvFilter;

use crate::{
    data_dir,
    server::{DoorArgs, open_objects},
};

/// Names of variables this much alike, one of them ours, are taken for a slip of the pen.
const ALIKE: f64 = 0.93;

/// Something that is wrong.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(super) struct Finding {
    /// How bad it is.
    pub level: Level,
    /// What is wrong and what would be right.
    pub message: String,
}

/// How bad something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Level {
    /// The server will not start, or not do what was meant.
    Error,
    /// It may be meant.
    Warning,
}

impl Finding {
    pub fn error(message: String) -> Self {
        Self {
            level: Level::Error,
            message,
        }
    }

    fn warning(message: String) -> Self {
        Self {
            level: Level::Warning,
            message,
        }
    }
}

/// What is wrong with values that a command was given.
pub(super) fn of(matches: &ArgMatches) -> Vec<Finding> {
    let data = one::<PathBuf>(matches, "data_dir").unwrap_or_else(data_dir::default_path);
    let database =
        one::<String>(matches, "database").unwrap_or_else(|| data_dir::default_database(&data));
    let address = one::<SocketAddr>(matches, "listen");
    let by_acme = || one::<String>(matches, "acme_domains").map(|name| format!("https://{name}"));
    let public = one::<String>(matches, "public_url").or_else(by_acme);
    let mut found = Vec::new();
    if nen_backup::is_half_restored(&data) {
        found.push(Finding::error(format!(
            "data-dir: a restore into {} did not end: run `nen restore` again, with --replace",
            data.display()
        )));
    } else {
        found.extend(folder("data-dir", &data));
    }
    found.extend(reach(&database));
    found.extend(address.and_then(listen));
    found.extend(public_url(public.as_deref(), address));
    found.extend(door(matches));
    if let Some(filter) = one::<String>(matches, "log")
        && let Err(error) = EnvFilter::try_new(&filter)
    {
        found.push(Finding::error(format!(
            "log: {filter:?} is no filter: {error}"
        )));
    }
    if let (Some(all), Some(warm)) = (
        one::<usize>(matches, "max_desktops"),
        one::<usize>(matches, "warm_pool"),
    ) && warm > all
    {
        found.push(Finding::warning(format!(
            "warm-pool is {warm}, but no more than max-desktops, {all}, are kept"
        )));
    }
    if let Ok(text) = std::env::var("NEN_SECRET_KEY")
        && let Err(error) = SecretKey::from_text(&text)
    {
        found.push(Finding::error(format!("NEN_SECRET_KEY: {error}")));
    }
    found.extend(one::<String>(matches, "objects").and_then(|place| objects(&place)));
    if let Err(error) = ModelsConfig::from_env() {
        found.push(Finding::error(error.to_string()));
    }
    found
}

/// Variables that look like ours and are none.
pub(super) fn environment(command: &Command) -> Vec<Finding> {
    let mut known = Vec::new();
    names(command, &mut known);
    let set: Vec<String> = std::env::vars_os()
        .filter_map(|(name, _)| name.into_string().ok())
        .filter(|name| name.starts_with("NEN_"))
        .collect();
    misspelt(&set, &known)
}

fn misspelt(set: &[String], known: &[String]) -> Vec<Finding> {
    set.iter()
        .filter(|name| !known.contains(name))
        .filter_map(|name| {
            let alike = |other: &&String| strsim::jaro(name, other);
            let nearest = known
                .iter()
                .max_by(|one, other| alike(one).total_cmp(&alike(other)))?;
            (alike(&nearest) > ALIKE).then(|| {
                Finding::warning(format!(
                    "{name} is set, which means nothing; did you mean {nearest}?"
                ))
            })
        })
        .collect()
}

/// Environment names of a command and those below it.
fn names(command: &Command, into: &mut Vec<String>) {
    let own = command
        .get_arguments()
        .filter_map(|argument| argument.get_env());
    into.extend(own.map(|name| name.to_string_lossy().into_owned()));
    command
        .get_subcommands()
        .for_each(|below| names(below, into));
}

/// None also where the command has no such flag.
fn one<T: Clone + Send + Sync + 'static>(matches: &ArgMatches, id: &str) -> Option<T> {
    matches.try_get_one::<T>(id).ok().flatten().cloned()
}

fn folder(setting: &str, path: &Path) -> Option<Finding> {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let there = path.ancestors().find(|above| above.exists())?;
    let wrong = if !there.is_dir() {
        "is no directory"
    } else if accessat(
        CWD,
        there,
        Access::WRITE_OK | Access::EXEC_OK,
        AtFlags::EACCESS,
    )
    .is_err()
    {
        "cannot be written to by this user"
    } else {
        return None;
    };
    Some(Finding::error(format!(
        "{setting}: {} {wrong}",
        there.display()
    )))
}

/// Reads the place and what the environment says of it. Nothing is asked of a store, and no folder made.
fn objects(text: &str) -> Option<Finding> {
    let wrong = match text.parse() {
        Ok(Place::Folder(path)) => return folder("objects", &path),
        Ok(place) => open_objects(&place).err()?,
        Err(error) => error.into(),
    };
    Some(Finding::error(format!("objects: {wrong:#}")))
}

fn reach(database: &str) -> Option<Finding> {
    let inspect = async { nen_store::inspect(database).await };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let found = match runtime {
        Ok(runtime) => runtime.block_on(inspect),
        Err(error) => return Some(Finding::error(format!("cannot start the runtime: {error}"))),
    };
    match found {
        Err(error) => Some(Finding::error(format!("database: {error}"))),
        Ok(found) if !found.is_readable() => Some(Finding::error(format!(
            "database: it has schema {} of a newer version; this one knows up to {}",
            found.schema.unwrap_or_default(),
            nen_store::newest_schema()
        ))),
        Ok(_) => None,
    }
}

/// The port may well be in use by the server that runs; the address must be this machine's.
fn listen(address: SocketAddr) -> Option<Finding> {
    let error = TcpListener::bind((address.ip(), 0)).err()?;
    Some(Finding::error(format!(
        "listen: {} is no address of this machine: {error}",
        address.ip()
    )))
}

/// A worker has no door.
fn door(matches: &ArgMatches) -> Option<Finding> {
    matches.try_contains_id("tls_cert").ok()?;
    let door = DoorArgs::from_arg_matches(matches).ok()?;
    door.check().err().map(|wrong| Finding::error(wrong.0))
}

fn public_url(url: Option<&str>, listen: Option<SocketAddr>) -> Option<Finding> {
    let Some(text) = url else {
        let others = listen.is_some_and(|address| !address.ip().is_loopback());
        return others.then(|| {
            Finding::warning(
                "public-url is not set, and others may reach the server: links will begin with an address that is only good here"
                    .into(),
            )
        });
    };
    let expected = "expected something like https://nen.example.com";
    let Ok(url) = Url::parse(text) else {
        return Some(Finding::error(format!(
            "public-url: {text:?} is no URL: {expected}"
        )));
    };
    if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none() {
        return Some(Finding::error(format!("public-url: {text:?}: {expected}")));
    }
    if url.query().is_some() || url.fragment().is_some() || !url.username().is_empty() {
        return Some(Finding::error(format!(
            "public-url: {text:?} has more than scheme, host and path: {expected}"
        )));
    }
    let is_local = url
        .host_str()
        .is_some_and(|host| host == "localhost" || host.starts_with("127.") || host == "[::1]");
    (url.scheme() == "http" && !is_local).then(|| {
        Finding::warning(
            "public-url is http: keys and screens go over the network in the clear".into(),
        )
    })
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;
    use crate::{cli::Cli, configuration::matches_of};

    fn found(flags: &[&str]) -> Vec<Finding> {
        let folder = tempfile::tempdir().unwrap();
        let data = format!("--data-dir={}", folder.path().display());
        let mut line = vec!["nen", "serve"];
        if !flags.iter().any(|flag| flag.starts_with("--data-dir=")) {
            line.push(&data);
        }
        line.extend(flags);
        let matches = Cli::command().try_get_matches_from(line).unwrap();
        of(matches_of(&matches, "serve").unwrap())
    }

    fn says(flags: &[&str], level: Level, text: &str) {
        let found = found(flags);
        let mut said = found.iter();
        let said = said.any(|finding| finding.level == level && finding.message.contains(text));
        assert!(said, "{flags:?}: {found:?}");
    }

    #[test]
    fn the_usual_settings_are_right() {
        assert_eq!(found(&[]), []);
    }

    #[test]
    fn each_thing_that_is_wrong_is_said() {
        says(
            &["--data-dir=/proc/version/x"],
            Level::Error,
            "/proc/version is no directory",
        );
        says(&["--public-url=nen.example.com"], Level::Error, "is no URL");
        says(
            &["--public-url=ftp://nen.example.com"],
            Level::Error,
            "https://nen.example.com",
        );
        says(
            &["--public-url=https://nen.example.com/?a=1"],
            Level::Error,
            "more than",
        );
        says(
            &["--public-url=http://nen.example.com"],
            Level::Warning,
            "in the clear",
        );
        says(
            &["--listen=0.0.0.0:1"],
            Level::Warning,
            "public-url is not set",
        );
        says(
            &["--listen=203.0.113.1:1", "--public-url=https://a.b"],
            Level::Error,
            "no address of this machine",
        );
        says(&["--log=a=b=c"], Level::Error, "is no filter");
        says(&["--tls-cert=a.pem"], Level::Error, "needs tls-key");
        says(
            &["--warm-pool=9", "--max-desktops=3"],
            Level::Warning,
            "max-desktops, 3",
        );
        says(&["--database=mysql://x"], Level::Error, "sqlite:");
        says(
            &["--database=postgres://nen:geheim@127.0.0.1:1/nen"],
            Level::Error,
            "database: ",
        );
        says(
            &["--database=sqlite:/etc/passwd"],
            Level::Error,
            "database: ",
        );
    }

    #[test]
    fn no_password_is_said() {
        let said = found(&["--database=postgres://nen:geheim@127.0.0.1:1/nen"]);
        assert!(!format!("{said:?}").contains("geheim"), "{said:?}");
    }

    #[test]
    fn misspelt_variables_are_found() {
        let mut known = Vec::new();
        names(&Cli::command(), &mut known);
        let set = [
            "NEN_MAX_DESKTOP",
            "NEN_LISTEN",
            "NEN_SECRET_KEY",
            "NEN_MODEL_ALIASES",
        ];
        let found = misspelt(&set.map(String::from), &known);
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(
            found[0].message.contains("did you mean NEN_MAX_DESKTOPS?"),
            "{found:?}"
        );
    }
}
