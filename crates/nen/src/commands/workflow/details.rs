//! A workflow as text for people.

use nen_protocol::workflow::Network;
use nen_protocol::workflow::Workflow;

use crate::{
    commands::params::{Schema, Use, table},
    output::{Fields, Style, local_rfc3339, printable},
};

/// Id, name, version, and when it changed.
pub fn fields(workflow: &Workflow) -> Fields {
    let mut fields = Fields::default();
    fields.add("Workflow ID", &workflow.workflow_id);
    fields.add("Name", printable(&workflow.name));
    fields.add("Version", workflow.version.to_string());
    if workflow.network != Network::None {
        fields.add("Network", workflow.network.as_str());
    }
    fields
}

/// The same with the times.
pub fn fields_with_times(workflow: &Workflow) -> Fields {
    #[expect(clippy::cast_precision_loss, reason = "seconds of a date fit an f64")]
    let time = |seconds: i64| local_rfc3339(seconds as f64);
    let mut fields = fields(workflow);
    fields.add("Created", time(workflow.created_at));
    if workflow.updated_at != workflow.created_at {
        fields.add("Updated", time(workflow.updated_at));
    }
    fields
}

/// What a run takes and what it answers.
pub fn interface(workflow: &Workflow, style: Style) -> String {
    let mut text = section(
        "Parameters",
        &table(Schema::new(&workflow.params_schema), Use::Given, style),
        style,
    );
    if !workflow.secure_fields.is_empty() {
        let names: Vec<String> = workflow
            .secure_fields
            .iter()
            .map(|n| printable(n))
            .collect();
        text.push_str(&section("Secrets", &(names.join("\n") + "\n"), style));
    }
    let result = table(Schema::new(&workflow.result_schema), Use::Got, style);
    text.push_str(&section("Result", &result, style));
    text
}

/// A heading with indented lines below it; "none" when there are no lines.
pub fn section(title: &str, lines: &str, style: Style) -> String {
    let mut text = format!("\n{}", style.bold(&format!("{title}:")));
    if lines.is_empty() {
        text.push_str(" none\n");
        return text;
    }
    text.push('\n');
    for line in lines.lines() {
        text.push_str(&format!("  {line}\n"));
    }
    text
}

/// A command that starts a run, with every parameter and secret that it needs.
pub fn start_command(workflow: &Workflow) -> String {
    let mut command = format!("nen run start {}", workflow.workflow_id);
    for property in Schema::new(&workflow.params_schema).properties() {
        if property.required {
            command.push_str(&format!(" --param {}=…", printable(property.name)));
        }
    }
    for secret in &workflow.secure_fields {
        command.push_str(&format!(" --secret {}", printable(secret)));
    }
    command
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn workflow() -> Workflow {
        serde_json::from_value(json!({
            "workflowId": "wf-1", "name": "invoices", "version": 3,
            "paramsSchema": {
                "properties": {"url": {"type": "string"}, "rows": {"type": "integer", "default": 50}},
                "required": ["url"],
            },
            "resultSchema": {"properties": {}},
            "secureFields": ["password"], "network": "internet",
            "createdAt": 0, "updatedAt": 0,
        }))
        .unwrap()
    }

    #[test]
    fn what_a_run_takes_is_readable() {
        assert_eq!(
            interface(&workflow(), Style::PLAIN),
            "\nParameters:\n  NAME  TYPE     DEFAULT\n  url   string   required\n  rows  integer  50\n\
             \nSecrets:\n  password\n\nResult: none\n"
        );
    }

    #[test]
    fn a_network_is_told_of() {
        let mut workflow = workflow();
        let told = |workflow: &Workflow| fields(workflow).render().contains("internet");
        assert!(told(&workflow));
        workflow.network = Network::None;
        assert!(!told(&workflow));
    }

    #[test]
    fn the_command_to_start_it_has_what_it_needs() {
        assert_eq!(
            start_command(&workflow()),
            "nen run start wf-1 --param url=… --secret password"
        );
    }
}
