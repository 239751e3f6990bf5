//! `nen worker`: its flags and their environment names.

use std::{net::SocketAddr, path::PathBuf};

use clap::Args;
use reqwest::Url;

use crate::{
    configuration::ConfigArgs,
    exit::UsageError,
    output::Output,
    server::{LogFormat, ObjectArgs, RunArgs},
    worker::{self, WorkerSettings},
};

/// How the worker runs. Flags that a server has as well mean the same here and have the same environment names.
#[derive(Debug, Args)]
#[command(
    after_help = "A worker needs the server's own database and data directory: runs, their files and the key that\n\
    opens their secrets are there. It drives the server's desktops over HTTP with keys that it makes for itself.\n\
    Start the server with --run-slots 0 to leave all runs to workers.\n\
    Stop with Ctrl-C or SIGTERM: runs that have not acted yet go back to the queue, others are failed."
)]
pub struct WorkerArgs {
    #[command(flatten)]
    _config: ConfigArgs,
    /// The server whose desktops runs use
    #[arg(long, env = "NEN_SERVER", default_value = "http://127.0.0.1:8700", value_name = "URL",
          value_parser = server_url)]
    server: Url,
    /// The server's database: sqlite:PATH or postgres://… [default: sqlite in the data directory]
    #[arg(long, env = "NEN_DATABASE", hide_env_values = true, value_name = "URL")]
    database: Option<String>,
    /// The server's data directory [default: /var/lib/nen as root, else ~/.local/share/nen]
    #[arg(long, env = "NEN_DATA_DIR", value_name = "DIR")]
    data_dir: Option<PathBuf>,
    /// How clients reach the server, for links to files [default: the URL of --server]
    #[arg(long, env = "NEN_PUBLIC_URL", value_name = "URL")]
    public_url: Option<String>,
    /// Port of this machine's loopback that workflows with a network reach as host.nen (repeatable)
    #[arg(long = "expose-host-port", env = "NEN_EXPOSE_HOST_PORTS", value_name = "PORT",
          value_delimiter = ',', value_parser = clap::value_parser!(u16).range(1..))]
    expose_host_ports: Vec<u16>,
    /// Address and port to show metrics on, to everybody who reaches it [default: none]
    #[arg(long, env = "NEN_METRICS_LISTEN", value_name = "ADDRESS:PORT")]
    metrics_listen: Option<SocketAddr>,
    #[command(flatten)]
    objects: ObjectArgs,
    #[command(flatten)]
    runs: RunArgs,
    /// How the log looks
    #[arg(long, env = "NEN_LOG_FORMAT", value_enum, default_value_t = LogFormat::Text)]
    log_format: LogFormat,
    /// What is logged: error, warn, info, debug, trace, also per part (info,nen_runs=debug)
    #[arg(long, env = "NEN_LOG", default_value = "info", value_name = "FILTER")]
    log: String,
}

/// Executes runs until it is told to stop.
pub fn run(args: WorkerArgs, output: &Output) -> anyhow::Result<()> {
    if args.runs.slots() == 0 {
        return Err(UsageError(
            "--run-slots 0 leaves a worker without work: give it at least 1".into(),
        )
        .into());
    }
    worker::run(
        &WorkerSettings {
            server: args.server,
            database: args.database,
            data_dir: args.data_dir,
            public_url: args.public_url,
            expose_host_ports: args.expose_host_ports,
            metrics_listen: args.metrics_listen,
            objects: args.objects,
            runs: args.runs,
            log_format: args.log_format,
            log_filter: args.log,
        },
        output,
    )
}

fn server_url(text: &str) -> Result<Url, String> {
    let expected = || "expected something like http://127.0.0.1:8700".to_owned();
    let url = Url::parse(text).map_err(|_| expected())?;
    let plain = url.username().is_empty()
        && url.password().is_none()
        && url.query().is_none()
        && url.fragment().is_none();
    if !matches!(url.scheme(), "http" | "https") || !url.has_host() || !plain {
        return Err(expected());
    }
    Ok(url)
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Debug, Parser)]
    struct Alone {
        #[command(flatten)]
        worker: WorkerArgs,
    }

    #[test]
    fn a_worker_without_slots_is_a_mistake_of_the_command_line() {
        let args = Alone::parse_from(["nen", "--run-slots", "0"]).worker;
        let error = run(args, &Output::new(false)).unwrap_err();
        assert!(error.is::<UsageError>(), "{error}");
        assert!(error.to_string().contains("at least 1"), "{error}");
    }

    #[test]
    fn a_server_is_an_address_and_nothing_more() {
        assert!(server_url("https://nen.example.com/prefix").is_ok());
        for wrong in [
            "127.0.0.1:8700",
            "ftp://x",
            "http://user:secret@x",
            "http://x/?a=b",
        ] {
            assert!(server_url(wrong).is_err(), "{wrong}");
        }
    }
}
