//! `nen serve`: its flags and their environment names.

use std::{net::SocketAddr, path::PathBuf};

use clap::{Args, builder::FalseyValueParser};

use crate::{
    configuration::ConfigArgs,
    output::Output,
    server::{self, DoorArgs, DriverArgs, LogFormat, ObjectArgs, RunArgs, ServerSettings},
};

/// How the server runs. Every flag has an environment name, so that a unit file or a container needs no arguments.
#[derive(Debug, Args)]
#[command(
    after_help = "The first start prints an admin key and a link to the dashboard once, and writes the key to DIR/api-key.\n\
    Stop with Ctrl-C or SIGTERM: desktops are ended, their files stay, nothing keeps running. With --hand-over they go on\n    and wait for the next start."
)]
pub struct ServeArgs {
    #[command(flatten)]
    _config: ConfigArgs,
    /// Address and port to listen on; port 0 takes a free one
    #[arg(
        long,
        env = "NEN_LISTEN",
        default_value = "127.0.0.1:8700",
        value_name = "ADDRESS:PORT"
    )]
    listen: SocketAddr,
    /// Where everything is kept [default: /var/lib/nen as root, else ~/.local/share/nen]
    #[arg(long, env = "NEN_DATA_DIR", value_name = "DIR")]
    data_dir: Option<PathBuf>,
    /// sqlite:PATH or postgres://… [default: sqlite in the data directory]
    #[arg(long, env = "NEN_DATABASE", hide_env_values = true, value_name = "URL")]
    database: Option<String>,
    /// How clients reach the server, for links to the live view
    #[arg(long, env = "NEN_PUBLIC_URL", value_name = "URL")]
    public_url: Option<String>,
    /// Port of this machine's loopback that desktops and workflows with a network reach as host.nen (repeatable)
    #[arg(long = "expose-host-port", env = "NEN_EXPOSE_HOST_PORTS", value_name = "PORT",
          value_delimiter = ',', value_parser = clap::value_parser!(u16).range(1..))]
    expose_host_ports: Vec<u16>,
    #[command(flatten)]
    driver: DriverArgs,
    /// Desktops on this server at most
    #[arg(long, env = "NEN_MAX_DESKTOPS", default_value_t = 32, value_name = "N")]
    max_desktops: usize,
    /// Desktops in one workspace at most
    #[arg(
        long,
        env = "NEN_MAX_DESKTOPS_PER_WORKSPACE",
        default_value_t = 16,
        value_name = "N"
    )]
    max_desktops_per_workspace: usize,
    /// Desktops kept started for whoever creates the next one, within --max-desktops; 0 for none
    #[arg(long, env = "NEN_WARM_POOL", default_value_t = 1, value_name = "N")]
    warm_pool: usize,
    /// Memory of one desktop at most, in MiB
    #[arg(long, env = "NEN_MEMORY_LIMIT", default_value_t = 2048, value_name = "MIB",
          value_parser = clap::value_parser!(u64).range(256..))]
    memory_limit: u64,
    /// Home and drive of one desktop at most, in MiB, when run as root; 0 for no limit
    #[arg(long, env = "NEN_DISK_LIMIT", default_value_t = 8192, value_name = "MIB", value_parser = disk_limit)]
    disk_limit: u64,
    /// Processes and threads of one desktop at most
    #[arg(long, env = "NEN_PROCESS_LIMIT", default_value_t = 1024, value_name = "N",
          value_parser = clap::value_parser!(u64).range(64..))]
    process_limit: u64,
    /// Pictures of what was done on one desktop at most, in MiB, for its log and replays; 0 for none
    #[arg(long, env = "NEN_HISTORY_MB", default_value_t = 64, value_name = "MIB")]
    history_mb: u64,
    /// Days for which it is kept who did what
    #[arg(long, env = "NEN_KEEP_AUDIT_DAYS", default_value_t = 400, value_name = "DAYS",
          value_parser = clap::value_parser!(u32).range(1..))]
    keep_audit_days: u32,
    /// Web site whose pages may call the API (repeatable) [default: none]
    #[arg(
        long = "cors-origin",
        env = "NEN_CORS_ORIGINS",
        value_name = "ORIGIN",
        value_delimiter = ','
    )]
    cors_origins: Vec<String>,
    /// Leave desktops running when the server stops: its next start takes them over
    #[arg(long, env = "NEN_HAND_OVER", value_parser = FalseyValueParser::new())]
    hand_over: bool,
    #[command(flatten)]
    door: DoorArgs,
    #[command(flatten)]
    objects: ObjectArgs,
    /// Send clients on to the object store for artifacts, by links that are good for five minutes, instead of handing them on
    #[arg(long, env = "NEN_OBJECT_LINKS", value_parser = FalseyValueParser::new())]
    object_links: bool,
    #[command(flatten)]
    runs: RunArgs,
    /// How the log looks
    #[arg(long, env = "NEN_LOG_FORMAT", value_enum, default_value_t = LogFormat::Text)]
    log_format: LogFormat,
    /// What is logged: error, warn, info, debug, trace, also per part (info,nen_fleet=debug)
    #[arg(long, env = "NEN_LOG", default_value = "info", value_name = "FILTER")]
    log: String,
    /// Start even when this machine lacks something essential for desktops
    #[arg(long, env = "NEN_START_ANYWAY", hide_short_help = true)]
    start_anyway: bool,
    /// Stop when standard input ends, for a program that starts a server of its own
    #[arg(long, hide_short_help = true)]
    stop_with_stdin: bool,
}

/// A file system needs room for itself.
const SMALLEST_DISK: u64 = 64;

fn disk_limit(text: &str) -> Result<u64, String> {
    match text.parse() {
        Ok(mib) if mib == 0 || mib >= SMALLEST_DISK => Ok(mib),
        _ => Err(format!("give 0, or a number of MiB from {SMALLEST_DISK}")),
    }
}

/// Runs the server until it is told to stop.
pub fn run(args: ServeArgs, output: &Output) -> anyhow::Result<()> {
    args.door.check()?;
    server::run(
        ServerSettings {
            listen: args.listen,
            data_dir: args.data_dir,
            database: args.database,
            public_url: args.public_url,
            expose_host_ports: args.expose_host_ports,
            driver: args.driver,
            max_desktops: args.max_desktops,
            max_desktops_per_workspace: args.max_desktops_per_workspace,
            warm_pool: args.warm_pool,
            memory_limit_mb: args.memory_limit,
            disk_limit_mb: args.disk_limit,
            process_limit: args.process_limit,
            history_mb: args.history_mb,
            keep_audit_days: args.keep_audit_days,
            cors_origins: args.cors_origins,
            hand_over: args.hand_over,
            door: args.door,
            objects: args.objects,
            object_links: args.object_links,
            runs: args.runs,
            log_format: args.log_format,
            log_filter: args.log,
            stop_with_stdin: args.stop_with_stdin,
            start_anyway: args.start_anyway,
        },
        output,
    )
}
