//! `nen run steps`.

use nen_protocol::workflow::{Step, StepList, StepStatus};

use super::{RunId, step_line};
use crate::{
    client::Client,
    output::{Output, Style, Table, human_seconds, local_clock, one_line},
};

/// Lists them, oldest first.
pub fn run(id: &RunId, client: &Client, output: &Output) -> anyhow::Result<()> {
    let reply = client.get(&id.path("/steps"))?;
    if output.is_json() {
        return output.json(&reply);
    }
    let list: StepList = client.typed(&reply)?;
    if list.steps.is_empty() {
        output.note("No steps yet.");
        return Ok(());
    }
    output.text(table(&list.steps, output.style()))?;
    Ok(())
}

fn table(steps: &[Step], style: Style) -> String {
    let mut table = Table::new(&["#", "AT", "CALL", "STATUS", "TOOK", "MODEL", "ARGUMENTS"])
        .right(0)
        .right(4);
    for step in steps {
        let status = match step.status {
            StepStatus::Running => style.cyan("running"),
            StepStatus::Ok => style.green("ok"),
            StepStatus::Error => style.red("error"),
        };
        let took = step.duration_ms.map(|ms| human_seconds(ms / 1000.0));
        let arguments = step_line::arguments(&step.args);
        let said = match (&step.error, arguments.is_empty()) {
            (Some(error), true) => style.red(&one_line(error, 100)),
            (Some(error), false) => format!("{arguments}  {}", style.red(&one_line(error, 100))),
            (None, _) => arguments,
        };
        table.row(vec![
            step.number.to_string(),
            local_clock(step.started_at),
            one_line(&step.call, 40),
            status,
            took.unwrap_or_default(),
            model(step),
            said,
        ]);
    }
    table.render(style)
}

/// How often models were asked, and what that cost.
fn model(step: &Step) -> String {
    if step.model_calls.is_empty() {
        return String::new();
    }
    let costs: Vec<f64> = step
        .model_calls
        .iter()
        .filter_map(|call| call.usage.cost_usd)
        .collect();
    let times = format!("{}×", step.model_calls.len());
    match costs.is_empty() {
        true => times,
        false => format!("{times} ${:.4}", costs.iter().sum::<f64>()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_step_of_the_agent_shows_what_the_model_cost() {
        let call = json!({"number": 1, "model": "m", "latency_ms": 900.0, "attempts": 1, "input_tokens": 10,
            "cached_tokens": 0, "output_tokens": 2, "cost_usd": 0.002, "actions": []});
        let steps: Vec<Step> = serde_json::from_value(json!([
            {"number": 9, "call": "computer.press", "args": {"key": "Return"}, "status": "ok",
             "started_at": 1_743_447_260.0, "duration_ms": 42.0},
            {"number": 10, "call": "agent.execute", "args": {"instruction": "Log in", "model": null},
             "status": "error", "error": "out of iterations", "started_at": 1_743_447_261.5,
             "duration_ms": 12_300.0, "model_calls": [call, call]},
        ]))
        .unwrap();
        let text = table(&steps, Style::PLAIN);
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(
            lines[0],
            " #  AT            CALL            STATUS    TOOK  MODEL       ARGUMENTS"
        );
        assert!(
            lines[1]
                .ends_with(":20.000  computer.press  ok       42 ms              key=\"Return\""),
            "{text}"
        );
        assert!(
            lines[2].ends_with(
                ":21.500  agent.execute   error   12.3 s  2× $0.0040  instruction=\"Log in\"  out of iterations"
            ),
            "{text}"
        );
    }
}
