//! The job done by a script: what an agent with eyes would do, with the positions told by the pages themselves.

use std::time::{Duration, Instant};

use anyhow::Context;
use serde_json::json;

use super::{
    desktop::Desktop,
    report::Report,
    site::{Layout, Site},
    task::Task,
};

/// How long a page may take to appear after the click that leads to it.
const PAGE_LIMIT: Duration = Duration::from_secs(10);
/// How long Chromium may take to show its window, the very first time.
const BROWSER_LIMIT: Duration = Duration::from_secs(20);
/// Middle of Chromium's icon: pixels from the left, and from the bottom of the screen (the task bar's fixed layout).
const CHROMIUM_ICON: (i64, i64) = (24, 22);

/// Hands that know the site.
#[derive(Debug)]
pub struct Script<'a, 'o> {
    /// The desktop to work on.
    pub desktop: &'a mut Desktop,
    /// The site that is worked with.
    pub site: &'a Site,
    /// Where steps are noted.
    pub report: &'a mut Report<'o>,
}

impl Script<'_, '_> {
    /// Does the whole job, from an empty desktop to the finished download.
    pub fn run(&mut self, task: &Task) -> anyhow::Result<()> {
        self.open_chromium()?;
        self.go_to_the_site()?;
        self.sign_in(task)?;
        self.fill_in(task)?;
        self.send_and_download()
    }

    fn open_chromium(&mut self) -> anyhow::Result<()> {
        let (width, height) = self.desktop.size;
        let icon = (CHROMIUM_ICON.0, height - CHROMIUM_ICON.1);
        // First there, then look: the pointer is part of the picture.
        self.desktop
            .act("mouse_move", json!({"coordinate": [icon.0, icon.1]}))?;
        // Where the browser's page is going to be; the clock and the task bar are not in it.
        let middle = (width / 4, height / 4, width / 2, height / 2);
        let look = |d: &Desktop| d.region(middle.0, middle.1, middle.2, middle.3);
        let empty = look(self.desktop)?;
        let begin = Instant::now();
        self.desktop.click(icon)?;
        self.desktop
            .poll(BROWSER_LIMIT, |d| Ok((look(d)? != empty).then_some(())))?
            .context("Chromium did not open after a click on its icon in the task bar")?;
        self.desktop.settle()?;
        self.report
            .step_on(self.desktop, "Open Chromium from the task bar", begin)
    }

    fn go_to_the_site(&mut self) -> anyhow::Result<()> {
        let begin = Instant::now();
        let url = self.site.url_in_desktop();
        let deadline = begin + BROWSER_LIMIT;
        // A window can be there a moment before it listens to its keys; an agent would look and try again.
        loop {
            self.desktop.key("ctrl+l")?;
            self.desktop.type_text(&url)?;
            self.desktop.key("Return")?;
            let limit = Duration::from_secs(3);
            if self
                .site
                .wait_for(limit, |r| r.layout.as_ref().map(drop))
                .is_some()
            {
                break;
            }
            anyhow::ensure!(Instant::now() < deadline, "Chromium never reached {url}");
        }
        // The first movement over the page tells it exactly where it is; two, as one may be none.
        let (width, height) = self.desktop.size;
        for x in [width / 2, width / 2 + 40] {
            self.desktop
                .act("mouse_move", json!({"coordinate": [x, height / 2]}))?;
        }
        self.layout(|l| l.page == "login" && l.exact)
            .context("the page did not see the pointer move over it")?;
        self.desktop.settle()?;
        self.report
            .step_on(self.desktop, "Go to the portal by its address", begin)
    }

    fn sign_in(&mut self, task: &Task) -> anyhow::Result<()> {
        let begin = Instant::now();
        self.enter("login", "email", task.email)?;
        self.enter("login", "password", task.password)?;
        self.report
            .step_on(self.desktop, "Fill in e-mail and password", begin)?;

        let begin = Instant::now();
        self.click_on("login", "sign-in")?;
        self.page("invoices")?;
        self.desktop.settle()?;
        self.report
            .step_on(self.desktop, "Sign in and see the invoices", begin)
    }

    fn fill_in(&mut self, task: &Task) -> anyhow::Result<()> {
        let begin = Instant::now();
        self.click_on("invoices", "new-invoice")?;
        self.page("new")?;
        self.desktop.settle()?;
        self.report
            .step_on(self.desktop, "Open the form for a new invoice", begin)?;

        let begin = Instant::now();
        self.enter("new", "amount", "not known yet")?;
        self.enter("new", "customer", &task.invoice.customer)?;
        // Replacing what is in a field is what forms ask for all day.
        let amount = self.point("new", "amount")?;
        self.desktop
            .act("triple_click", json!({"coordinate": [amount.0, amount.1]}))?;
        self.focused("new", "amount")?;
        self.desktop.type_text(&task.invoice.amount)?;
        self.desktop.key("Tab")?;
        self.focused("new", "currency")?;
        self.desktop.type_text(&task.invoice.currency)?;
        self.report
            .step_on(self.desktop, "Fill in customer, amount and currency", begin)?;

        let begin = Instant::now();
        self.enter("new", "notes", &task.invoice.notes)?;
        self.report.step_on(
            self.desktop,
            "Type notes in six scripts and an emoji",
            begin,
        )?;

        let begin = Instant::now();
        if task.invoice.urgent {
            self.click_on("new", "urgent")?;
            // A page can be busy, such as with the first emoji of its life, and the click is waiting for it.
            self.layout(|l| l.checked.iter().any(|c| c == "urgent"))
                .context("the check box was clicked and is not ticked")?;
            self.desktop.settle()?;
        }
        self.report
            .step_on(self.desktop, "Tick the check box", begin)
    }

    fn send_and_download(&mut self) -> anyhow::Result<()> {
        let begin = Instant::now();
        self.click_on("new", "send")?;
        self.page("sent")?;
        self.desktop.settle()?;
        self.report
            .step_on(self.desktop, "Send it and see what arrived", begin)?;

        let begin = Instant::now();
        self.click_on("sent", "download")?;
        self.site
            .wait_for(PAGE_LIMIT, |r| (r.receipts > 0).then_some(()))
            .context("the browser did not ask for the receipt")?;
        self.desktop.settle()?;
        self.report
            .step_on(self.desktop, "Download the receipt", begin)
    }

    /// Clicks into a field and types.
    fn enter(&mut self, page: &str, field: &str, text: &str) -> anyhow::Result<()> {
        self.click_on(page, field)?;
        self.focused(page, field)?;
        self.desktop.type_text(text)
    }

    fn click_on(&mut self, page: &str, element: &str) -> anyhow::Result<()> {
        let point = self.point(page, element)?;
        self.desktop.click(point)
    }

    fn point(&self, page: &str, element: &str) -> anyhow::Result<(i64, i64)> {
        self.page(page)?
            .centre(element)
            .with_context(|| format!("the page has no element {element:?}"))
    }

    /// Waits until a page is on the screen and knows where its elements are.
    fn page(&self, page: &str) -> anyhow::Result<Layout> {
        self.layout(|l| l.page == page)
            .with_context(|| format!("the page {page:?} did not come up"))
    }

    fn focused(&self, page: &str, element: &str) -> anyhow::Result<()> {
        self.layout(|l| l.page == page && l.focus == element)
            .map(drop)
            .with_context(|| format!("the field {element:?} did not get the keyboard"))
    }

    fn layout(&self, wanted: impl Fn(&Layout) -> bool) -> Option<Layout> {
        self.site.wait_for(PAGE_LIMIT, |r| {
            r.layout.as_ref().filter(|l| wanted(l)).cloned()
        })
    }
}
