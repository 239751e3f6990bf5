//! `nen workflow versions`.

use nen_protocol::workflow::{WorkflowVersion, WorkflowVersions};

use super::WorkflowId;
use crate::{
    client::Client,
    output::{Output, Style, Table, now, printable, relative},
};

/// Lists them, newest first.
pub fn run(id: &WorkflowId, client: &Client, output: &Output) -> anyhow::Result<()> {
    let reply = client.get(&id.path("/versions"))?;
    if output.is_json() {
        return output.json(&reply);
    }
    let list: WorkflowVersions = client.typed(&reply)?;
    output.text(table(&list.versions, now(), output.style()))?;
    Ok(())
}

fn table(versions: &[WorkflowVersion], now: f64, style: Style) -> String {
    let mut table = Table::new(&["VERSION", "PUBLISHED", "BY", "NOTE"]).right(0);
    for version in versions {
        let mut notes = Vec::new();
        if version.current {
            notes.push(style.green("current"));
        }
        if let Some(earlier) = version.rolled_back_to {
            notes.push(format!("rollback to {earlier}"));
        }
        #[expect(clippy::cast_precision_loss, reason = "seconds of a date fit an f64")]
        let published = relative(version.created_at as f64, now);
        table.row(vec![
            version.version.to_string(),
            published,
            printable(&version.created_by),
            notes.join(", "),
        ]);
    }
    table.render(style)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_current_one_and_rollbacks_are_marked() {
        let version = |version, current, rolled_back_to| WorkflowVersion {
            version,
            current,
            rolled_back_to,
            created_by: "ci".into(),
            created_at: 940,
        };
        assert_eq!(
            table(
                &[version(3, true, Some(1)), version(2, false, None)],
                1000.0,
                Style::PLAIN
            ),
            "VERSION  PUBLISHED  BY  NOTE\n      \
             3  1m ago     ci  current, rollback to 1\n      \
             2  1m ago     ci\n"
        );
    }
}
