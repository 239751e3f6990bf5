//! `nen demo`.

use std::{path::PathBuf, time::Duration};

use clap::Args;

use crate::{
    demo::{self, DemoSettings},
    output::Output,
};

/// The whole demo ends well within two minutes when nobody has to think.
const SCRIPT_SECONDS: u64 = 105;
/// A model takes a few seconds for every look at the screen.
const MODEL_SECONDS: u64 = 900;

/// Who does the job and where the pictures go.
#[derive(Debug, Args)]
#[command(
    after_help = "With ANTHROPIC_API_KEY, OPENAI_API_KEY or GEMINI_API_KEY set, a model does the job, else a script does.\n\
    ..._BASE_URL and NEN_MODEL_ALIASES point to other servers, as for `nen serve`."
)]
pub struct DemoArgs {
    /// Let this model do the job (claude-…, gpt-…, gemini-…, or NAME@ALIAS)
    #[arg(long, conflicts_with = "script")]
    model: Option<String>,
    /// Let the script do the job, whatever keys there are
    #[arg(long)]
    script: bool,
    /// Where screenshots of every step go
    #[arg(long, default_value = "demo-output", value_name = "DIR")]
    output: PathBuf,
    /// Give up after this time [default: 105 by script, 900 by model]
    #[arg(long, value_name = "SECONDS")]
    limit: Option<u64>,
}

/// Runs the demo.
pub fn run(args: DemoArgs, output: &Output) -> anyhow::Result<()> {
    let model = if args.script {
        None
    } else {
        demo::choose(args.model.as_deref(), |name| std::env::var(name).ok())?
    };
    let usual = if model.is_some() {
        MODEL_SECONDS
    } else {
        SCRIPT_SECONDS
    };
    let settings = DemoSettings {
        folder: args.output,
        model,
        limit: Duration::from_secs(args.limit.unwrap_or(usual)),
    };
    demo::run(&settings, output)
}
