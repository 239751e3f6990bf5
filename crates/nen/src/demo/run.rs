//! The demo from beginning to end.

use std::{
    path::PathBuf,
    time::{Duration, Instant},
};

use anyhow::Context;
use serde_json::json;

use super::{
    agent, checks, choice::Choice, desktop::Desktop, latency::Latencies, report::Report, samples,
    script::Script, server_process::ServerProcess, site::Site, task::Task, watchdog::Watchdog,
    workflow,
};
use crate::{client::Client, exit::AlreadyReported, output::Output};

/// Width and height of the demo's screen.
const DISPLAY: (i64, i64) = (1280, 800);

/// How the demo runs.
#[derive(Debug)]
pub struct DemoSettings {
    /// Where screenshots and the server's log go.
    pub folder: PathBuf,
    /// The model that does the job, none for the script.
    pub model: Option<Choice>,
    /// How long it may take.
    pub limit: Duration,
}

/// Runs it; an error, or checks that did not hold, fail the command.
pub fn run(settings: &DemoSettings, output: &Output) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()?;
    let mut report = Report::new(output, &settings.folder)?;
    let task = Task::default();
    let site = Site::start(task.clone(), &runtime)?;

    let begin = Instant::now();
    let log = settings.folder.join("server.log");
    let server = ServerProcess::start(site.port(), &log)?;
    report.step("Start the server on an embedded store", begin)?;
    let watchdog = Watchdog::start(&runtime, server.stopper()?, settings.limit)?;

    let mut kinds = Kinds::default();
    let job = Job {
        settings,
        task: &task,
        site: &site,
        runtime: &runtime,
    };
    let done = Client::new(&server.url, Some(server.key.clone()))
        .map_err(anyhow::Error::from)
        .and_then(|client| {
            job.run(client.clone(), &mut report, &mut kinds)?;
            workflow::run(&client, &runtime, &site, &task, &mut report)
        });
    let ended_by = watchdog.reason().map(str::to_owned);
    drop(watchdog);
    let stopped = server.stop();

    if let Err(error) = done {
        let why = ended_by.unwrap_or_else(|| format!("{error:#}"));
        let why = format!("{why} (the server's log: {})", log.display());
        report.check("the job was done", Err(why));
    }
    report.check(
        "the server ended in order",
        stopped.map_err(|error| format!("{error:#}")),
    );
    report.finish(&[
        ("action, screen quiet", &kinds.actions),
        ("pointer move", &kinds.moves),
        ("screenshot, PNG", &kinds.screenshots),
    ])?;
    if report.all_held() {
        Ok(())
    } else {
        Err(AlreadyReported.into())
    }
}

/// Latencies kept beyond the desktop's end.
#[derive(Debug, Default)]
struct Kinds {
    actions: Latencies,
    moves: Latencies,
    screenshots: Latencies,
}

struct Job<'a> {
    settings: &'a DemoSettings,
    task: &'a Task,
    site: &'a Site,
    runtime: &'a tokio::runtime::Runtime,
}

impl Job<'_> {
    /// From creating the desktop to deleting it.
    fn run(
        &self,
        client: Client,
        report: &mut Report<'_>,
        kinds: &mut Kinds,
    ) -> anyhow::Result<()> {
        let begin = Instant::now();
        let mut desktop = Desktop::create(client, DISPLAY.0, DISPLAY.1)?;
        let worked = self.work(&mut desktop, begin, report);
        kinds.actions = std::mem::take(&mut desktop.actions);
        kinds.moves = std::mem::take(&mut desktop.moves);
        kinds.screenshots = std::mem::take(&mut desktop.screenshots);
        if worked.is_err() {
            // How it looked when it went wrong tells more than the error; there may be no desktop any more.
            if let Ok(image) = desktop.screenshot() {
                report.step_with("Stuck", Duration::ZERO, &image)?;
            }
            return worked;
        }
        let begin = Instant::now();
        let reply = desktop.client().delete(&desktop.path(""))?;
        report.step("Delete the desktop", begin)?;
        report.check_eq(
            "the desktop says it is deleted",
            &reply["status"],
            &json!("deleted"),
        );
        let left = desktop.client().get("/desktops")?;
        report.check_eq("no desktop is left", &left, &json!([]));
        Ok(())
    }

    fn work(
        &self,
        desktop: &mut Desktop,
        begin: Instant,
        report: &mut Report<'_>,
    ) -> anyhow::Result<()> {
        report.step_on(desktop, "Create a desktop", begin)?;
        let session = desktop.client().put(&desktop.path("/session"), None)?;
        let href = session["href"]
            .as_str()
            .context("the session has no href")?;
        report.say(&format!("        Watch it live: {href}"))?;
        report.check_eq(
            "watching is all the link allows",
            &session["interactive"],
            &json!(false),
        );

        let begin = Instant::now();
        let tools = desktop.tools()?;
        let named = tools.iter().any(|t| t["name"] == "computer");
        report.check(
            "the desktop describes its computer tool",
            named
                .then_some(())
                .ok_or_else(|| format!("{} others", tools.len())),
        );
        report.step("Discover its tools", begin)?;
        match &self.settings.model {
            None => Script {
                desktop,
                site: self.site,
                report,
            }
            .run(self.task)?,
            Some(choice) => {
                report.say(&format!("        The job is done by {}", choice.model))?;
                let task = self.task.in_words(&self.site.url_in_desktop());
                let words = agent::run(choice, &task, desktop, report, self.runtime)?;
                report.say(&format!("        It says: {}", words.trim()))?;
            }
        }
        checks::run(desktop, self.site, self.task, report)?;
        let begin = Instant::now();
        samples::take(desktop)?;
        report.step("Take latencies of single calls", begin)
    }
}
