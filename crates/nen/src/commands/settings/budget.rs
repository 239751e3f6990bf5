//! `nen settings budget`.

use clap::Args;
use nen_protocol::workflow::ModelBudget;
use serde_json::json;

use crate::{
    client::Client,
    output::{Output, local_rfc3339},
};

/// The limit to set; without one, the present one is shown.
#[derive(Debug, Args)]
pub struct BudgetArgs {
    /// US dollars that models may cost in a calendar month (UTC)
    #[arg(value_name = "USD", conflicts_with = "none")]
    max_cost_usd: Option<f64>,
    /// Take the limit away
    #[arg(long)]
    none: bool,
}

/// Shows or sets it.
pub fn run(args: &BudgetArgs, client: &Client, output: &Output) -> anyhow::Result<()> {
    let reply = if args.none || args.max_cost_usd.is_some() {
        let wanted = json!({"max_cost_usd": args.max_cost_usd});
        client.put("/settings/budget", Some(&wanted))?
    } else {
        let settings = client.get("/settings")?;
        settings.get("budget").cloned().unwrap_or_default()
    };
    if output.is_json() {
        return output.json(&reply);
    }
    let budget: ModelBudget = client.typed(&reply)?;
    output.line(text(&budget))?;
    Ok(())
}

/// One line about a budget.
pub(super) fn text(budget: &ModelBudget) -> String {
    let spent = budget.spent_usd;
    #[expect(clippy::cast_precision_loss, reason = "seconds of a date fit an f64")]
    let until = local_rfc3339(budget.period_end as f64);
    match budget.max_cost_usd {
        Some(most) => format!("${spent:.2} of ${most:.2} spent this month, until {until}"),
        None => format!("${spent:.2} spent this month, no limit"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_budget_is_a_sentence_with_and_without_a_limit() {
        let budget = ModelBudget {
            max_cost_usd: Some(50.0),
            spent_usd: 12.344,
            period_start: 0,
            period_end: 1_796_083_200,
        };
        let limited = text(&budget);
        assert!(
            limited.starts_with("$12.34 of $50.00 spent this month, until 2026-1"),
            "{limited}"
        );
        let unlimited = ModelBudget {
            max_cost_usd: None,
            ..budget
        };
        assert_eq!(text(&unlimited), "$12.34 spent this month, no limit");
    }
}
