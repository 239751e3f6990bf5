//! What must have come true, whoever did the job.

use std::time::Duration;

use anyhow::Context;
use nen_protocol::segment::escaped;

use super::{
    desktop::Desktop,
    report::Report,
    site::Site,
    task::{DOWNLOADS, Task},
};

/// How long the browser may take to finish a download of a few kilobytes.
const DOWNLOAD_LIMIT: Duration = Duration::from_secs(10);

/// Looks at the site, the files and the tool log.
pub fn run(
    desktop: &mut Desktop,
    site: &Site,
    task: &Task,
    report: &mut Report<'_>,
) -> anyhow::Result<()> {
    let (logins, invoices) = site.look(|r| (r.logins.clone(), r.invoices.clone()));
    report.check(
        "the site accepted the sign-in",
        logins
            .contains(&true)
            .then_some(())
            .ok_or_else(|| format!("{logins:?}")),
    );
    report.check_eq("one invoice arrived", &invoices.len(), &1);
    if let Some(got) = invoices.last() {
        let want = &task.invoice;
        report.check_eq(
            "the customer is letter for letter what was typed",
            &got.customer,
            &want.customer,
        );
        report.check_eq("the amount is right", &got.amount, &want.amount);
        report.check_eq("the currency was chosen", &got.currency, &want.currency);
        report.check_eq(
            "the notes are letter for letter what was typed",
            &got.notes,
            &want.notes,
        );
        report.check_eq("the check box was ticked", &got.urgent, &want.urgent);
    }
    let downloaded = download(desktop)?;
    report.check(
        "the downloaded receipt is byte for byte the site's",
        match (downloaded, site.receipt()) {
            (None, _) => Err(format!("{DOWNLOADS}/{} is not there", Site::receipt_name())),
            (Some(got), Some(want)) if got == want => Ok(()),
            (Some(got), _) => Err(format!("its {} bytes differ", got.len())),
        },
    );
    tool_log(desktop, task, report)
}

/// The receipt by the files API, once the browser has put it there.
fn download(desktop: &mut Desktop) -> anyhow::Result<Option<Vec<u8>>> {
    let name = Site::receipt_name();
    let found = desktop.poll(DOWNLOAD_LIMIT, |d| {
        let listing = d.client().get(&d.path(&format!("/files?path={DOWNLOADS}")));
        let listing = match listing {
            // The folder comes with the first download.
            Err(crate::client::ClientError::NotFound { .. }) => return Ok(None),
            other => other?,
        };
        let files = listing["files"]
            .as_array()
            .context("the list has no files")?;
        // While it is being written, it has another name.
        Ok(files
            .iter()
            .any(|f| f["name"] == name.as_str())
            .then_some(()))
    })?;
    if found.is_none() {
        return Ok(None);
    }
    let path = desktop.path(&format!("/files/{}?path={DOWNLOADS}", escaped(&name)));
    Ok(Some(desktop.client().bytes(&path)?.0))
}

/// Every action is logged, and nothing that was typed.
fn tool_log(desktop: &Desktop, task: &Task, report: &mut Report<'_>) -> anyhow::Result<()> {
    let log = desktop.client().get(&desktop.path("/tool-logs"))?;
    let entries = log.as_array().map_or(0, Vec::len);
    report.check(
        "the tool log has every action",
        if entries > 0 {
            Ok(())
        } else {
            Err("it is empty".into())
        },
    );
    let text = log.to_string();
    let leaked = task.typed().into_iter().find(|typed| {
        // As it would stand in JSON, without the quotes around it.
        let quoted = serde_json::Value::from(*typed).to_string();
        text.contains(quoted.trim_matches('"'))
    });
    report.check(
        "no typed text is in the tool log",
        leaked.map_or(Ok(()), |t| Err(format!("{t:?} is"))),
    );
    Ok(())
}
