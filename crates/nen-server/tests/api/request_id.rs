//! Requests have names.

use crate::app::App;
use axum::body::Body;
use axum::http::{Method, Request};

#[tokio::test]
async fn every_answer_names_its_request_and_a_callers_own_name_is_kept() {
    let app = App::start().await;
    let id = |reply: &crate::app::Reply| reply.header("x-request-id").to_owned();
    let good = id(&app.get("/desktops").await);
    assert!(good.starts_with("req_") && good.len() == 16, "{good}");
    assert_ne!(good, id(&app.get("/desktops").await));
    // Errors are what people ask about: wherever they come from.
    for path in ["/desktops/dsk_none", "/nowhere", "/runs/none"] {
        assert!(id(&app.get(path).await).starts_with("req_"), "{path}");
    }
    let no_key = Request::get("/desktops").body(Body::empty()).unwrap();
    assert!(id(&app.send(no_key).await).starts_with("req_"));

    let named = |name: &'static str| {
        let headers = [("x-request-id", name)];
        let app = &app;
        async move { id(&app.call(Method::GET, "/desktops", &headers, "").await) }
    };
    assert_eq!(named("job-7_b.2").await, "job-7_b.2");
    for bad in ["", "a b", "a\"b", &"x".repeat(129)] {
        let bad: &'static str = Box::leak(bad.to_owned().into_boxed_str());
        assert!(named(bad).await.starts_with("req_"), "{bad:?}");
    }
}
