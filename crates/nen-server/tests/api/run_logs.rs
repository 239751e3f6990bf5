//! Logs of runs, whole and as they come.

use crate::app::App;
use axum::body::Body;
use axum::http::{Method, Request};
use http_body_util::BodyExt;
use nen_protocol::workflow::{LogStream, RunStatus};
use nen_store::{RunEnd, RunLogRow};
use std::time::Duration;
use tokio::time::timeout;

const SOON: Duration = Duration::from_secs(20);
const AT: i64 = 1_795_377_600_123;

fn line(seq: i64, stream: LogStream, text: &str) -> RunLogRow {
    RunLogRow {
        seq,
        at_ms: AT,
        stream,
        text: text.to_owned(),
    }
}

async fn say(app: &App, run: &str, lines: &[RunLogRow]) {
    app.store
        .run_records()
        .append_log(run, lines)
        .await
        .unwrap();
}

async fn run(app: &App) -> String {
    app.run(&app.workflow(false).await).await
}

fn end() -> RunEnd {
    RunEnd::error(RunStatus::Failed, "ValueError", "no")
}

#[tokio::test]
async fn a_log_is_lines_with_time_and_stream() {
    let app = App::start().await;
    let id = run(&app).await;
    let path = format!("/runs/{id}/logs");
    assert_eq!(app.get(&path).await.text(), "");
    let lines = [
        line(1, LogStream::Stdout, "3 invoices found"),
        line(2, LogStream::Stderr, "Größe unbekannt"),
        line(3, LogStream::System, "it ended"),
    ];
    say(&app, &id, &lines).await;
    let log = app.get(&path).await;
    assert_eq!(log.header("content-type"), "text/plain; charset=utf-8");
    assert_eq!(
        log.text(),
        "2026-11-22T20:00:00.123Z stdout 3 invoices found\n\
         2026-11-22T20:00:00.123Z stderr Größe unbekannt\n\
         2026-11-22T20:00:00.123Z system it ended\n"
    );
    let rest = app.get(&format!("{path}?after=2")).await.text();
    assert_eq!(rest, "2026-11-22T20:00:00.123Z system it ended\n");
}

#[tokio::test]
async fn records_are_there_for_who_accepts_them() {
    let app = App::start().await;
    let id = run(&app).await;
    say(&app, &id, &[line(1, LogStream::Stdout, "a\tb")]).await;
    let accept = ("accept", "text/html, application/x-ndjson;q=0.9");
    let log = app
        .call(Method::GET, &format!("/runs/{id}/logs"), &[accept], "")
        .await;
    assert_eq!(log.header("content-type"), "application/x-ndjson");
    assert_eq!(log.header("vary"), "accept");
    assert_eq!(
        log.text(),
        "{\"seq\":1,\"at\":1795377600.123,\"stream\":\"stdout\",\"text\":\"a\\tb\"}\n"
    );
}

#[tokio::test]
async fn a_long_log_is_whole() {
    let app = App::start().await;
    let id = run(&app).await;
    let lines: Vec<_> = (1..=2500)
        .map(|seq| line(seq, LogStream::Stdout, &seq.to_string()))
        .collect();
    say(&app, &id, &lines).await;
    let log = app.get(&format!("/runs/{id}/logs")).await.text();
    let last: Vec<_> = log
        .lines()
        .filter_map(|line| line.rsplit(' ').next())
        .collect();
    let all: Vec<_> = (1..=2500).map(|seq| seq.to_string()).collect();
    assert_eq!(last, all);
}

/// A log that is followed, piece by piece.
struct Followed(Body);

impl Followed {
    async fn new(app: &App, run: &str) -> Self {
        let request = Request::builder()
            .uri(format!("/runs/{run}/logs?follow=true"))
            .header("x-api-key", &app.admin)
            .body(Body::empty())
            .unwrap();
        let response = app.open(request).await;
        assert_eq!(response.status(), 200);
        Self(response.into_body())
    }

    /// The next piece; none at the end.
    async fn next(&mut self) -> Option<String> {
        let frame = timeout(SOON, self.0.frame()).await.expect("in time");
        let bytes = frame?.unwrap().into_data().unwrap();
        Some(String::from_utf8(bytes.to_vec()).unwrap())
    }
}

#[tokio::test]
async fn a_followed_log_comes_as_it_is_said_and_ends_with_the_run() {
    let app = App::start().await;
    let id = run(&app).await;
    app.begin_run().await;
    say(&app, &id, &[line(1, LogStream::Stdout, "one")]).await;
    let mut log = Followed::new(&app, &id).await;
    assert!(log.next().await.unwrap().ends_with("stdout one\n"));
    say(&app, &id, &[line(2, LogStream::Stdout, "two")]).await;
    assert!(log.next().await.unwrap().ends_with("stdout two\n"));
    say(&app, &id, &[line(3, LogStream::System, "three")]).await;
    app.end_run(&id, &end()).await;
    assert!(log.next().await.unwrap().ends_with("system three\n"));
    assert_eq!(log.next().await, None);
}

#[tokio::test]
async fn following_a_run_that_has_ended_gives_its_log_and_ends() {
    let app = App::start().await;
    let id = run(&app).await;
    app.begin_run().await;
    say(&app, &id, &[line(1, LogStream::Stdout, "one")]).await;
    app.end_run(&id, &end()).await;
    let mut log = Followed::new(&app, &id).await;
    assert!(log.next().await.unwrap().ends_with("one\n"));
    assert_eq!(log.next().await, None);
}

#[tokio::test]
async fn a_cancelled_run_ends_its_followers() {
    let app = App::start().await;
    let id = run(&app).await;
    let mut log = Followed::new(&app, &id).await;
    let path = format!("/runs/{id}/cancel");
    let cancelled = app.post(&path, serde_json::json!({}));
    let (ended, cancelled) = tokio::join!(log.next(), cancelled);
    assert_eq!((ended, cancelled.status.as_u16()), (None, 202));
}

#[tokio::test]
async fn a_server_that_stops_ends_followers() {
    let app = App::start().await;
    let id = run(&app).await;
    let (address, stop, served) = app.listen().await;
    let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
    let head = format!(
        "GET /runs/{id}/logs?follow=true HTTP/1.1\r\nhost: localhost\r\nx-api-key: {}\r\n\r\n",
        app.admin
    );
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut first = [0; 12];
    stream.read_exact(&mut first).await.unwrap();
    assert_eq!(&first, b"HTTP/1.1 200");
    stop.cancel();
    timeout(SOON, served).await.expect("it stops").unwrap();
}
