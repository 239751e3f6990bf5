//! `nen run logs`.

use clap::Args;
use nen_protocol::workflow::LogRecord;

use super::{
    RunId,
    follow::{self, Event},
    log_line,
};
use crate::{client::Client, output::Output};

/// Whose log, and for how long.
#[derive(Debug, Args)]
#[command(
    after_help = "A line has the time, who said it (out: print; err: standard error and logging; nen: the server), \
    and the text. With --json, each line is one JSON object."
)]
pub struct LogsArgs {
    #[command(flatten)]
    run: RunId,
    /// Go on until the run has ended
    #[arg(short, long)]
    follow: bool,
}

/// Prints the log so far, or until the end.
pub fn run(args: &LogsArgs, client: &Client, output: &Output) -> anyhow::Result<()> {
    let print = |record: &LogRecord| -> anyhow::Result<()> {
        if output.is_json() {
            return output.json_line(record);
        }
        output.line(log_line::of(record, output.style()))?;
        Ok(())
    };
    if args.follow {
        follow::follow(
            client,
            &args.run.id,
            follow::Steps::Ignored,
            &mut |event| match event {
                Event::Log(record) => print(&record),
                Event::Step(_) | Event::Seen(_) => Ok(()),
            },
        )?;
        return Ok(());
    }
    for record in client.records(&args.run.path("/logs"))? {
        print(&record?)?;
    }
    Ok(())
}
