//! A step of a run for people.

use nen_protocol::workflow::{Step, StepStatus};
use serde_json::Value;

use crate::output::{Style, human_seconds, local_clock, one_line};

/// Most characters of arguments, outputs and errors.
const MOST: usize = 72;

/// When, which, what, and how it went: for following along.
pub fn of(step: &Step, style: Style) -> String {
    // A step that is seen again has ended since.
    let at = step.started_at + step.duration_ms.unwrap_or_default() / 1000.0;
    let time = style.dim(&format!("{}  #{}", local_clock(at), step.number));
    let arguments = arguments(&step.args);
    let call = format!("{} {arguments}", one_line(&step.call, MOST));
    let call = call.trim_end();
    match step.status {
        StepStatus::Running => format!("{time}  {call} {}", style.dim("…")),
        StepStatus::Ok => format!("{time}  {call}  {}{}", style.green("ok"), took(step, style)),
        StepStatus::Error => format!(
            "{time}  {call}  {}{}  {}",
            style.red("error"),
            took(step, style),
            one_line(step.error.as_deref().unwrap_or_default(), 2 * MOST)
        )
        .trim_end()
        .to_owned(),
    }
}

fn took(step: &Step, style: Style) -> String {
    match step.duration_ms {
        Some(ms) => format!(" {}", style.dim(&human_seconds(ms / 1000.0))),
        None => String::new(),
    }
}

/// `x=500 y=300 button="left"`, without those that are null.
pub fn arguments(args: &Value) -> String {
    let Some(args) = args.as_object() else {
        return String::new();
    };
    let parts: Vec<String> = args
        .iter()
        .filter(|(_, value)| !value.is_null())
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    one_line(&parts.join(" "), MOST)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_step_reads_as_a_call_with_its_outcome() {
        let mut step: Step = serde_json::from_value(json!({
            "number": 4, "call": "computer.click_at", "args": {"x": 500, "y": 300, "button": null},
            "status": "running", "started_at": 1_743_447_260.0,
        }))
        .unwrap();
        let line = |step: &Step| {
            of(step, Style::PLAIN)
                .split_once(':')
                .map(|(_, rest)| rest[3..].to_owned())
        };
        assert_eq!(
            line(&step).unwrap(),
            "20.000  #4  computer.click_at x=500 y=300 …"
        );
        step.status = StepStatus::Ok;
        step.duration_ms = Some(1234.0);
        assert_eq!(
            line(&step).unwrap(),
            "21.234  #4  computer.click_at x=500 y=300  ok 1.2 s"
        );
        step.status = StepStatus::Error;
        step.error = Some("the desktop\nis gone".into());
        assert_eq!(
            line(&step).unwrap(),
            "21.234  #4  computer.click_at x=500 y=300  error 1.2 s  the desktop is gone"
        );
    }
}
