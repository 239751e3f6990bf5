//! `nen settings usage`.

use clap::Args;
use serde::Deserialize;

use crate::{
    client::Client,
    output::{Output, Style, Table, printable},
};

/// How far to look back.
#[derive(Debug, Args)]
pub struct UsageArgs {
    /// Look back this many days
    #[arg(long, default_value_t = 30, value_parser = clap::value_parser!(u32).range(1..=400))]
    days: u32,
}

#[derive(Debug, Deserialize)]
struct Usage {
    days: Vec<Day>,
    limits: Limits,
}

#[derive(Debug, Default, Deserialize)]
struct Day {
    day: String,
    desktop_hours: f64,
    actions: i64,
    runs: i64,
    runs_failed: i64,
    model_cost_usd: f64,
}

#[derive(Debug, Deserialize)]
struct Limits {
    desktops: Quota,
    runs: Quota,
}

#[derive(Debug, Deserialize)]
struct Quota {
    used: u64,
    most: u64,
}

/// Lists the days on which something was used, oldest first, and the limits.
pub fn run(args: &UsageArgs, client: &Client, output: &Output) -> anyhow::Result<()> {
    let reply = client.get(&format!("/usage?days={}", args.days))?;
    if output.is_json() {
        return output.json(&reply);
    }
    let usage: Usage = client.typed(&reply)?;
    output.text(table(&usage.days, output.style()))?;
    for (what, quota) in [
        ("Desktops", usage.limits.desktops),
        ("Runs at once", usage.limits.runs),
    ] {
        output.line(format!("{what}: {} of {}", quota.used, quota.most))?;
    }
    Ok(())
}

fn table(days: &[Day], style: Style) -> String {
    let heading = [
        "DAY",
        "DESKTOP HOURS",
        "ACTIONS",
        "RUNS",
        "FAILED",
        "MODEL COST",
    ];
    let mut table = (1..heading.len()).fold(Table::new(&heading), Table::right);
    let in_use = |day: &&Day| {
        day.desktop_hours > 0.0 || day.actions > 0 || day.runs > 0 || day.model_cost_usd > 0.0
    };
    for day in days.iter().filter(in_use) {
        table.row(vec![
            printable(&day.day),
            format!("{:.2}", day.desktop_hours),
            day.actions.to_string(),
            day.runs.to_string(),
            day.runs_failed.to_string(),
            format!("${:.2}", day.model_cost_usd),
        ]);
    }
    table.render(style)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_without_use_is_no_row() {
        let used = Day {
            day: "2026-11-26".into(),
            desktop_hours: 1.5,
            actions: 310,
            runs: 4,
            runs_failed: 1,
            model_cost_usd: 0.42,
        };
        let none = Day {
            day: "2026-11-25".into(),
            ..Day::default()
        };
        assert_eq!(
            table(&[none, used], Style::PLAIN),
            "DAY         DESKTOP HOURS  ACTIONS  RUNS  FAILED  MODEL COST\n\
             2026-11-26           1.50      310     4       1       $0.42\n"
        );
    }
}
