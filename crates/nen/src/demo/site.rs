//! The web site the demo works on: a small invoice portal on loopback that remembers what reached it.

use std::{
    collections::HashMap,
    net::SocketAddr,
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use anyhow::Context;
use axum::{
    Form, Json, Router,
    extract::{Path, Query, State},
    http::{HeaderMap, StatusCode, header},
    response::{Html, IntoResponse, Redirect, Response},
    routing::{get, post},
};
use rand::distr::{Alphanumeric, SampleString};
use serde::Deserialize;

use super::{
    receipt,
    task::{Invoice, Task},
};

/// The number that the next invoice gets.
const NUMBER: &str = "INV-2043";

/// What has reached the site so far.
#[derive(Debug, Default)]
pub struct Record {
    /// Pages that were asked for, in order.
    pub visits: Vec<String>,
    /// Sign-ins that were tried and whether they were right.
    pub logins: Vec<bool>,
    /// Invoices as they arrived.
    pub invoices: Vec<Invoice>,
    /// Times the receipt was fetched.
    pub receipts: usize,
    /// The page that is on the screen, as it says itself.
    pub layout: Option<Layout>,
    /// When it said so, in the browser's milliseconds.
    layout_at: f64,
}

/// Where a page's elements are on the screen.
#[derive(Clone, Debug, Deserialize)]
pub struct Layout {
    /// Which page.
    pub page: String,
    /// Measured by a mouse event, not estimated.
    pub exact: bool,
    /// The element with the keyboard.
    pub focus: String,
    /// Check boxes that are ticked.
    pub checked: Vec<String>,
    /// Left, top, width, height in screen pixels by element id.
    pub elements: HashMap<String, [f64; 4]>,
}

impl Layout {
    /// The middle of an element.
    pub fn centre(&self, element: &str) -> Option<(i64, i64)> {
        let [left, top, width, height] = self.elements.get(element)?;
        #[expect(
            clippy::cast_possible_truncation,
            reason = "pixels of a screen fit an i64"
        )]
        let round = |v: f64| v.round() as i64;
        Some((round(left + width / 2.0), round(top + height / 2.0)))
    }
}

#[derive(Debug)]
struct Shared {
    task: Task,
    cookie: String,
    record: Mutex<Record>,
    changed: Condvar,
}

/// The running site. Clones are the same site.
#[derive(Clone, Debug)]
pub struct Site {
    shared: Arc<Shared>,
    address: SocketAddr,
}

impl Site {
    /// Starts the site on a free loopback port; it ends with the runtime.
    pub fn start(task: Task, runtime: &tokio::runtime::Runtime) -> anyhow::Result<Self> {
        let listener = runtime
            .block_on(tokio::net::TcpListener::bind("127.0.0.1:0"))
            .context("cannot listen on loopback")?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared {
            task,
            cookie: Alphanumeric.sample_string(&mut rand::rng(), 24),
            record: Mutex::default(),
            changed: Condvar::new(),
        });
        let app = router(shared.clone());
        runtime.spawn(async move {
            // Ends only with the runtime; what fails per connection is the browser's to notice.
            let _ = axum::serve(listener, app).await;
        });
        Ok(Self { shared, address })
    }

    /// Its port on this machine's loopback.
    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// Its address as seen from a desktop.
    pub fn url_in_desktop(&self) -> String {
        format!("http://host.nen:{}", self.port())
    }

    /// The receipt as it must arrive.
    pub fn receipt(&self) -> Option<Vec<u8>> {
        let record = self.shared.lock();
        Some(receipt::pdf(NUMBER, record.invoices.last()?))
    }

    /// What the receipt is called.
    pub fn receipt_name() -> String {
        format!("receipt-{NUMBER}.pdf")
    }

    /// Looks at the record.
    pub fn look<T>(&self, look: impl FnOnce(&Record) -> T) -> T {
        look(&self.shared.lock())
    }

    /// Waits until the record shows what `wanted` looks for; none when it does not in `limit`.
    pub fn wait_for<T>(
        &self,
        limit: Duration,
        mut wanted: impl FnMut(&Record) -> Option<T>,
    ) -> Option<T> {
        let deadline = Instant::now() + limit;
        let mut record = self.shared.lock();
        loop {
            if let Some(found) = wanted(&record) {
                return Some(found);
            }
            let left = deadline.checked_duration_since(Instant::now())?;
            record = self
                .shared
                .changed
                .wait_timeout(record, left)
                .unwrap_or_else(PoisonError::into_inner)
                .0;
        }
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Record> {
        // A record is whole after every single change, so a panic elsewhere does not spoil it.
        self.record.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn note(&self, change: impl FnOnce(&mut Record)) {
        change(&mut self.lock());
        self.changed.notify_all();
    }

    fn signed_in(&self, headers: &HeaderMap) -> bool {
        let session = format!("session={}", self.cookie);
        headers
            .get_all(header::COOKIE)
            .iter()
            .filter_map(|v| v.to_str().ok())
            .flat_map(|v| v.split(';'))
            .any(|cookie| cookie.trim() == session)
    }
}

fn router(shared: Arc<Shared>) -> Router {
    let asset = |media_type: &'static str, content: &'static str| {
        get(move || async move { ([(header::CONTENT_TYPE, media_type)], content) })
    };
    Router::new()
        .route("/", get(login_page))
        .route("/login", post(login))
        .route("/invoices", get(invoices).post(send_invoice))
        .route("/invoices/new", get(new_invoice))
        .route("/invoices/{number}", get(sent))
        .route("/invoices/{number}/receipt.pdf", get(download))
        .route("/layout", post(layout))
        .route(
            "/style.css",
            asset("text/css; charset=utf-8", include_str!("site/style.css")),
        )
        .route(
            "/layout.js",
            asset("text/javascript", include_str!("site/layout.js")),
        )
        .route(
            "/favicon.svg",
            asset("image/svg+xml", include_str!("site/favicon.svg")),
        )
        .with_state(shared)
}

/// Fills `{{name}}` places; values are escaped, but for those that are HTML already.
fn fill(template: &str, values: &[(&str, &str)], html: &[(&str, &str)]) -> Html<String> {
    let mut page = template.to_owned();
    for (name, value) in html {
        page = page.replace(&format!("{{{{{name}}}}}"), value);
    }
    for (name, value) in values {
        page = page.replace(&format!("{{{{{name}}}}}"), &escaped(value));
    }
    Html(page)
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

fn wrong(text: &str) -> String {
    format!("<p class=\"wrong\">{}</p>", escaped(text))
}

async fn login_page(State(site): State<Arc<Shared>>) -> Response {
    site.note(|r| r.visits.push("/".into()));
    fill(include_str!("site/login.html"), &[], &[("message", "")]).into_response()
}

#[derive(Deserialize)]
struct LoginForm {
    email: String,
    password: String,
}

async fn login(State(site): State<Arc<Shared>>, Form(form): Form<LoginForm>) -> Response {
    let right = form.email == site.task.email && form.password == site.task.password;
    site.note(|r| r.logins.push(right));
    if !right {
        let message = wrong("E-mail or password is wrong.");
        let page = fill(
            include_str!("site/login.html"),
            &[],
            &[("message", &message)],
        );
        return (StatusCode::UNAUTHORIZED, page).into_response();
    }
    let cookie = format!("session={}; HttpOnly; SameSite=Lax; Path=/", site.cookie);
    ([(header::SET_COOKIE, cookie)], Redirect::to("/invoices")).into_response()
}

async fn invoices(State(site): State<Arc<Shared>>, headers: HeaderMap) -> Response {
    if !site.signed_in(&headers) {
        return Redirect::to("/").into_response();
    }
    let mut rows = String::new();
    let mut row = |number: &str, customer: &str, date: &str, amount: &str, status: &str| {
        rows.push_str(&format!(
            "<tr><td><a href=\"/invoices/{number}\">{number}</a></td><td>{}</td><td>{date}</td>\
             <td class=\"number\">{}</td><td><span class=\"tag {status}\">{status}</span></td></tr>\n",
            escaped(customer),
            escaped(amount),
        ));
    };
    if let Some(invoice) = site.lock().invoices.last() {
        let amount = format!("{} {}", invoice.amount, invoice.currency);
        row(NUMBER, &invoice.customer, "today", &amount, "new");
    }
    row("INV-2042", "Café Noir", "3 March", "312.00 EUR", "open");
    row(
        "INV-2041",
        "Björk & Partners",
        "27 February",
        "2 450.00 EUR",
        "paid",
    );
    row(
        "INV-2038",
        "東京照明株式会社",
        "14 February",
        "188 000 JPY",
        "paid",
    );
    row(
        "INV-2035",
        "Ελληνικά Φώτα ΑΕ",
        "2 February",
        "940.20 EUR",
        "late",
    );
    row(
        "INV-2031",
        "Harbour Theatre",
        "19 January",
        "1 120.00 GBP",
        "paid",
    );
    site.note(|r| r.visits.push("/invoices".into()));
    fill(
        include_str!("site/invoices.html"),
        &[("user", site.task.email)],
        &[("rows", &rows)],
    )
    .into_response()
}

async fn new_invoice(State(site): State<Arc<Shared>>, headers: HeaderMap) -> Response {
    if !site.signed_in(&headers) {
        return Redirect::to("/").into_response();
    }
    site.note(|r| r.visits.push("/invoices/new".into()));
    form_page(&site, "").into_response()
}

fn form_page(site: &Shared, message: &str) -> Html<String> {
    let user = [("user", site.task.email)];
    fill(
        include_str!("site/new.html"),
        &user,
        &[("message", message)],
    )
}

#[derive(Deserialize)]
struct InvoiceForm {
    customer: String,
    amount: String,
    currency: String,
    notes: String,
    urgent: Option<String>,
}

async fn send_invoice(
    State(site): State<Arc<Shared>>,
    headers: HeaderMap,
    Form(form): Form<InvoiceForm>,
) -> Response {
    if !site.signed_in(&headers) {
        return Redirect::to("/").into_response();
    }
    if form.customer.is_empty() || form.amount.is_empty() || form.currency.is_empty() {
        let page = form_page(&site, &wrong("Customer, amount and currency are needed."));
        return (StatusCode::BAD_REQUEST, page).into_response();
    }
    let invoice = Invoice {
        customer: form.customer,
        amount: form.amount,
        currency: form.currency,
        // Forms send line ends as CR LF, whatever was typed.
        notes: form.notes.replace("\r\n", "\n"),
        urgent: form.urgent.is_some(),
    };
    site.note(|r| r.invoices.push(invoice));
    Redirect::to(&format!("/invoices/{NUMBER}")).into_response()
}

async fn sent(
    State(site): State<Arc<Shared>>,
    headers: HeaderMap,
    Path(number): Path<String>,
) -> Response {
    if !site.signed_in(&headers) {
        return Redirect::to("/").into_response();
    }
    let invoice = site.lock().invoices.last().cloned();
    let Some(invoice) = invoice.filter(|_| number == NUMBER) else {
        return (
            StatusCode::NOT_FOUND,
            "This invoice is not part of the demo.",
        )
            .into_response();
    };
    site.note(|r| r.visits.push("/invoices/sent".into()));
    let values = [
        ("number", NUMBER),
        ("user", site.task.email),
        ("customer", invoice.customer.as_str()),
        ("amount", invoice.amount.as_str()),
        ("currency", invoice.currency.as_str()),
        (
            "urgent",
            if invoice.urgent {
                "within seven days"
            } else {
                "within thirty days"
            },
        ),
        ("notes", invoice.notes.as_str()),
    ];
    fill(include_str!("site/sent.html"), &values, &[]).into_response()
}

async fn download(State(site): State<Arc<Shared>>, headers: HeaderMap) -> Response {
    let invoice = site.lock().invoices.last().cloned();
    let Some(invoice) = invoice.filter(|_| site.signed_in(&headers)) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    site.note(|r| r.receipts += 1);
    let disposition = format!("attachment; filename=\"{}\"", Site::receipt_name());
    let headers = [
        (header::CONTENT_TYPE, "application/pdf".to_owned()),
        (header::CONTENT_DISPOSITION, disposition),
    ];
    (headers, receipt::pdf(NUMBER, &invoice)).into_response()
}

#[derive(Deserialize)]
struct LayoutQuery {
    at: f64,
}

async fn layout(
    State(site): State<Arc<Shared>>,
    Query(query): Query<LayoutQuery>,
    Json(layout): Json<Layout>,
) -> StatusCode {
    site.note(|r| {
        if query.at >= r.layout_at {
            r.layout_at = query.at;
            r.layout = Some(layout);
        }
    });
    StatusCode::NO_CONTENT
}

#[cfg(test)]
mod tests;
