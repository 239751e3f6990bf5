//! What the demo shows: a line per step while it runs, tables at the end.

use std::{
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use anyhow::Context;
use serde_json::{Value, json};

use super::{
    desktop::Desktop,
    latency::{Latencies, human_duration},
};
use crate::output::{Output, Table};

/// One thing that was done.
#[derive(Debug)]
struct Step {
    title: String,
    time: Duration,
    image: Option<PathBuf>,
}

/// One thing that must hold.
#[derive(Debug)]
struct CheckResult {
    title: String,
    problem: Option<String>,
}

/// Steps and checks so far.
#[derive(Debug)]
pub struct Report<'a> {
    output: &'a Output,
    folder: PathBuf,
    begin: Instant,
    steps: Vec<Step>,
    images: usize,
    checks: Vec<CheckResult>,
}

impl<'a> Report<'a> {
    /// A report whose images go to `folder`, without those of an earlier demo.
    pub fn new(output: &'a Output, folder: &Path) -> anyhow::Result<Self> {
        std::fs::create_dir_all(folder)
            .with_context(|| format!("cannot create {}", folder.display()))?;
        for entry in std::fs::read_dir(folder)? {
            let path = entry?.path();
            if is_step_image(&path) {
                std::fs::remove_file(path)?;
            }
        }
        Ok(Self {
            output,
            folder: folder.to_owned(),
            begin: Instant::now(),
            steps: Vec::new(),
            images: 0,
            checks: Vec::new(),
        })
    }

    /// Says something to whoever watches.
    pub fn say(&self, text: &str) -> anyhow::Result<()> {
        if !self.output.is_json() {
            self.output.line(text)?;
        }
        Ok(())
    }

    /// Notes a step that took from `begin` until now, without an image.
    pub fn step(&mut self, title: &str, begin: Instant) -> anyhow::Result<()> {
        self.note(title, begin.elapsed(), None)
    }

    /// Notes a step and saves how the screen looks after it.
    pub fn step_on(
        &mut self,
        desktop: &mut Desktop,
        title: &str,
        begin: Instant,
    ) -> anyhow::Result<()> {
        let time = begin.elapsed();
        let image = desktop.screenshot()?;
        self.step_with(title, time, &image)
    }

    /// Notes a step with an image that is there already.
    pub fn step_with(&mut self, title: &str, time: Duration, image: &[u8]) -> anyhow::Result<()> {
        let file = self
            .folder
            .join(format!("{:02}-{}.png", self.images + 1, slug(title)));
        std::fs::write(&file, image).with_context(|| format!("cannot write {}", file.display()))?;
        self.images += 1;
        self.note(title, time, Some(file))
    }

    fn note(&mut self, title: &str, time: Duration, image: Option<PathBuf>) -> anyhow::Result<()> {
        let style = self.output.style();
        // Padded before it is styled: colour codes count as characters.
        let clock = format!("{:>4.1} s", self.begin.elapsed().as_secs_f64());
        let line = format!("{}  {title}", style.dim(&clock));
        self.say(&line)?;
        self.steps.push(Step {
            title: title.to_owned(),
            time,
            image,
        });
        Ok(())
    }

    /// Notes whether something holds.
    pub fn check(&mut self, title: &str, result: Result<(), String>) {
        self.checks.push(CheckResult {
            title: title.to_owned(),
            problem: result.err(),
        });
    }

    /// Notes whether two values are the same.
    pub fn check_eq<T: PartialEq + std::fmt::Debug>(&mut self, title: &str, found: &T, wanted: &T) {
        let result = match found == wanted {
            true => Ok(()),
            false => Err(format!("wanted {wanted:?}, found {found:?}")),
        };
        self.check(title, result);
    }

    /// True when there were checks and every one held.
    pub fn all_held(&self) -> bool {
        !self.checks.is_empty() && self.checks.iter().all(|c| c.problem.is_none())
    }

    /// Prints everything: steps, latencies, checks.
    pub fn finish(&self, kinds: &[(&str, &Latencies)]) -> anyhow::Result<()> {
        if self.output.is_json() {
            return self.output.json(&self.as_json(kinds));
        }
        let style = self.output.style();
        let mut steps = Table::new(&["STEP", "TIME", "SCREENSHOT"]).right(1);
        for step in &self.steps {
            let image = step.image.as_ref().map(|p| p.display().to_string());
            steps.row(vec![
                step.title.clone(),
                human_duration(step.time),
                image.unwrap_or_default(),
            ]);
        }
        let mut times = Table::new(&["LATENCY", "CALLS", "P50", "P95", "P99", "MAX"]);
        for column in 1..=5 {
            times = times.right(column);
        }
        for (kind, latencies) in kinds {
            let at = |share| {
                latencies
                    .percentile(share)
                    .map(human_duration)
                    .unwrap_or_default()
            };
            times.row(vec![
                (*kind).to_owned(),
                latencies.len().to_string(),
                at(0.5),
                at(0.95),
                at(0.99),
                at(1.0),
            ]);
        }
        self.output.line("")?;
        self.output.text(steps.render(style))?;
        if kinds.iter().any(|(_, l)| l.len() > 0) {
            self.output.line("")?;
            self.output.text(times.render(style))?;
        }
        self.output.line("")?;
        for check in &self.checks {
            let line = match &check.problem {
                None => format!("{} {}", style.green("✓"), check.title),
                Some(problem) => format!("{} {}: {problem}", style.red("✗"), check.title),
            };
            self.output.line(line)?;
        }
        let total = human_duration(self.begin.elapsed());
        let verdict = match self.all_held() {
            true => style.green(&format!("Every check held. Done in {total}.")),
            false => style.red(&format!("The demo failed after {total}.")),
        };
        self.output.line("")?;
        self.output.line(verdict)?;
        Ok(())
    }

    fn as_json(&self, kinds: &[(&str, &Latencies)]) -> Value {
        let ms = |time: Duration| (time.as_secs_f64() * 1e5).round() / 100.0;
        json!({
            "ok": self.all_held(),
            "seconds": self.begin.elapsed().as_secs_f64(),
            "steps": self.steps.iter().map(|s| json!({
                "title": s.title, "ms": ms(s.time),
                "screenshot": s.image.as_ref().map(|p| p.display().to_string()),
            })).collect::<Vec<_>>(),
            "latency_ms": kinds.iter().map(|(kind, l)| (String::from(*kind), json!({
                "calls": l.len(),
                "p50": l.percentile(0.5).map(ms), "p95": l.percentile(0.95).map(ms),
                "p99": l.percentile(0.99).map(ms), "max": l.percentile(1.0).map(ms),
            }))).collect::<serde_json::Map<_, _>>(),
            "checks": self.checks.iter().map(|c| json!({
                "title": c.title, "ok": c.problem.is_none(), "problem": c.problem,
            })).collect::<Vec<_>>(),
        })
    }
}

/// `03-sign-in.png` and the like.
fn is_step_image(path: &Path) -> bool {
    let name = path
        .file_name()
        .and_then(|n| n.to_str())
        .unwrap_or_default();
    name.ends_with(".png")
        && name.as_bytes().get(2) == Some(&b'-')
        && name.bytes().take(2).all(|b| b.is_ascii_digit())
}

/// A title as part of a file name.
fn slug(title: &str) -> String {
    let words: Vec<String> = title
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|w| !w.is_empty())
        .take(5)
        .map(str::to_lowercase)
        .collect();
    words.join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_images_of_steps_are_removed() {
        assert_eq!(
            slug("Click the Chromium icon (task bar) now"),
            "click-the-chromium-icon-task"
        );
        assert!(is_step_image(Path::new("x/03-sign-in.png")));
        assert!(!is_step_image(Path::new("x/holiday.png")));
        assert!(!is_step_image(Path::new("x/03-notes.txt")));
    }

    #[test]
    fn no_checks_are_no_success() {
        let folder = tempfile::tempdir().unwrap();
        let output = Output::new(true);
        let mut report = Report::new(&output, folder.path()).unwrap();
        assert!(!report.all_held());
        report.check_eq("same", &1, &1);
        assert!(report.all_held());
        report.check_eq("other", &1, &2);
        assert!(!report.all_held());
    }
}
