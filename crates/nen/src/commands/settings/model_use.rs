//! `nen settings model-use`.

use clap::Args;
use nen_protocol::workflow::{ModelUse, ModelUseDay};

use crate::{
    client::Client,
    output::{Output, Style, Table, now, printable},
};

/// How far to look back.
#[derive(Debug, Args)]
pub struct ModelUseArgs {
    /// Look back this many days
    #[arg(long, default_value_t = 30, value_parser = clap::value_parser!(u32).range(1..=400))]
    days: u32,
}

/// Lists it, oldest day first.
pub fn run(args: &ModelUseArgs, client: &Client, output: &Output) -> anyhow::Result<()> {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "seconds of a date fit an i64"
    )]
    let since = now() as i64 - i64::from(args.days) * 24 * 60 * 60;
    let reply = client.get(&format!("/settings/model-use?since={since}"))?;
    if output.is_json() {
        return output.json(&reply);
    }
    let found: ModelUse = client.typed(&reply)?;
    if found.days.is_empty() {
        output.note("No model was used in this time.");
        return Ok(());
    }
    output.text(table(&found.days, output.style()))?;
    Ok(())
}

fn table(days: &[ModelUseDay], style: Style) -> String {
    let heading = ["DAY", "MODEL", "CALLS", "READ", "CACHED", "WRITTEN", "COST"];
    let mut table = (2..heading.len()).fold(Table::new(&heading), Table::right);
    for day in days {
        table.row(vec![
            printable(&day.day),
            printable(&day.model),
            day.calls.to_string(),
            (day.input_tokens + day.cache_write_tokens).to_string(),
            day.cached_input_tokens.to_string(),
            day.output_tokens.to_string(),
            match day.cost_usd {
                Some(cost) => format!("${cost:.4}"),
                None => "?".to_owned(),
            },
        ]);
    }
    table.render(style)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_a_row_and_an_unknown_price_is_said_to_be() {
        let day = |model: &str, cost_usd| ModelUseDay {
            day: "2026-11-26".into(),
            model: model.into(),
            calls: 12,
            input_tokens: 900,
            cached_input_tokens: 31_000,
            cache_write_tokens: 100,
            output_tokens: 410,
            cost_usd,
        };
        assert_eq!(
            table(
                &[day("gpt-5", Some(0.02)), day("llama@local", None)],
                Style::PLAIN
            ),
            "DAY         MODEL        CALLS  READ  CACHED  WRITTEN     COST\n\
             2026-11-26  gpt-5           12  1000   31000      410  $0.0200\n\
             2026-11-26  llama@local     12  1000   31000      410        ?\n"
        );
    }
}
