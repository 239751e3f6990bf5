//! The site as a browser would use it.

use super::*;

#[test]
fn an_invoice_arrives_as_it_was_sent() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap();
    let task = Task::default();
    let site = Site::start(task.clone(), &runtime).unwrap();
    let base = format!("http://127.0.0.1:{}", site.port());
    let agent = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .proxy(None)
        .max_redirects(0)
        .build()
        .new_agent();
    let login = |password: &str| {
        agent
            .post(format!("{base}/login"))
            .send_form([("email", task.email), ("password", password)])
            .unwrap()
    };
    assert_eq!(login("wrong").status(), 401);
    let right = login(task.password);
    let cookie = right.headers()["set-cookie"].to_str().unwrap();
    let cookie = cookie.split(';').next().unwrap().to_owned();
    let get = |path: &str, cookie: &str| {
        agent
            .get(format!("{base}{path}"))
            .header("cookie", cookie)
            .call()
            .unwrap()
    };
    assert_eq!(get("/invoices", "session=guess").status(), 303);
    assert_eq!(get("/invoices", &cookie).status(), 200);

    let want = &task.invoice;
    let typed = want.notes.replace('\n', "\r\n");
    let send = |customer: &str| {
        agent
            .post(format!("{base}/invoices"))
            .header("cookie", &cookie)
            .send_form([
                ("customer", customer),
                ("amount", want.amount.as_str()),
                ("currency", want.currency.as_str()),
                ("notes", typed.as_str()),
                ("urgent", "yes"),
            ])
            .unwrap()
            .status()
    };
    assert_eq!(send(""), 400);
    assert_eq!(send(&want.customer), 303);
    assert_eq!(
        site.look(|r| r.invoices.clone()),
        std::slice::from_ref(want)
    );

    let page = get("/invoices/INV-2043", &cookie)
        .body_mut()
        .read_to_string()
        .unwrap();
    assert!(
        page.contains("Żółć &amp; Søn") && page.contains("&lt;2700 K&gt;"),
        "{page}"
    );
    let receipt = get("/invoices/INV-2043/receipt.pdf", &cookie)
        .body_mut()
        .read_to_vec()
        .unwrap();
    assert_eq!(Some(receipt), site.receipt());
    assert_eq!(
        site.look(|r| (r.receipts, r.logins.clone())),
        (1, vec![false, true])
    );
}

#[test]
fn waiting_ends_when_it_happens_or_when_it_is_late() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let site = Site::start(Task::default(), &runtime).unwrap();
    let shared = site.shared.clone();
    std::thread::spawn(move || shared.note(|r| r.receipts = 7));
    let seen = site.wait_for(Duration::from_secs(10), |r| {
        (r.receipts > 0).then_some(r.receipts)
    });
    assert_eq!(seen, Some(7));
    let never = site.wait_for(Duration::from_millis(20), |r| r.layout.as_ref().map(drop));
    assert_eq!(never, None);
}
