//! A server that gives the answers it was told to and remembers what it was asked.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex},
};

use axum::{
    Router,
    body::{Body, Bytes},
    extract::State,
    http::{HeaderMap, Method, StatusCode, Uri},
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;

/// The only key that is good.
pub const KEY: &str = "sk_nen_good";

/// What was asked.
#[derive(Clone, Debug)]
pub struct Request {
    /// `GET /runs?limit=20`
    pub line: String,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body.
    pub body: Vec<u8>,
}

impl Request {
    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    /// A header as text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

/// The lines of an answer that is still being written; the answer ends when this is dropped.
#[derive(Debug)]
pub struct Lines(mpsc::Sender<Result<Bytes, std::io::Error>>);

impl Lines {
    /// Writes one JSON value and its line feed.
    pub fn write(&self, value: &Value) {
        let line = Bytes::from(format!("{value}\n"));
        self.0.blocking_send(Ok(line)).unwrap();
    }

    /// Breaks the connection off.
    pub fn break_off(self) {
        let error = std::io::Error::other("broken off");
        self.0.blocking_send(Err(error)).unwrap();
    }
}

enum Answer {
    Whole(StatusCode, &'static str, Vec<u8>),
    Bit(mpsc::Receiver<Result<Bytes, std::io::Error>>),
}

#[derive(Default)]
struct Known {
    answers: HashMap<String, VecDeque<Answer>>,
    requests: Vec<Request>,
}

/// The server; it ends with the test process.
#[derive(Clone)]
pub struct StandIn {
    url: String,
    known: Arc<Mutex<Known>>,
}

impl StandIn {
    /// Starts it on a port of its own.
    pub fn start() -> Self {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let known = Arc::<Mutex<Known>>::default();
        let state = Arc::clone(&known);
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .unwrap();
            runtime.block_on(async move {
                let app = Router::new().fallback(answer).with_state(state);
                let listener = tokio::net::TcpListener::from_std(listener).unwrap();
                axum::serve(listener, app).await.unwrap();
            });
        });
        Self { url, known }
    }

    /// Its address.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Answers this request so. Several answers are given one after the other, the last one again and again.
    pub fn on(&self, line: &str, status: u16, body: &Value) -> &Self {
        self.add(line, status, "application/json", body.to_string().into());
        self
    }

    /// Answers with one JSON value per line.
    pub fn on_lines(&self, line: &str, values: &[Value]) -> &Self {
        let text: String = values.iter().map(|value| format!("{value}\n")).collect();
        self.add(line, 200, "application/x-ndjson", text.into());
        self
    }

    /// Answers with bytes.
    pub fn on_bytes(&self, line: &str, bytes: &[u8]) -> &Self {
        self.add(line, 200, "application/zip", bytes.to_vec());
        self
    }

    /// Answers bit by bit, once.
    pub fn on_bits(&self, line: &str) -> Lines {
        let (sender, receiver) = mpsc::channel(16);
        self.push(line, Answer::Bit(receiver));
        Lines(sender)
    }

    /// Everything that was asked, in order.
    pub fn requests(&self) -> Vec<Request> {
        self.known.lock().unwrap().requests.clone()
    }

    /// The one request of this line.
    #[track_caller]
    pub fn request(&self, line: &str) -> Request {
        let all = self.requests();
        let mut found = all.iter().filter(|request| request.line == line);
        match (found.next(), found.next()) {
            (Some(request), None) => request.clone(),
            _ => panic!(
                "{line} is not there once among {:?}",
                all.iter().map(|request| &request.line).collect::<Vec<_>>()
            ),
        }
    }

    fn add(&self, line: &str, status: u16, media_type: &'static str, body: Vec<u8>) {
        let status = StatusCode::from_u16(status).unwrap();
        self.push(line, Answer::Whole(status, media_type, body));
    }

    fn push(&self, line: &str, answer: Answer) {
        let mut known = self.known.lock().unwrap();
        known
            .answers
            .entry(line.to_owned())
            .or_default()
            .push_back(answer);
    }
}

async fn answer(
    State(known): State<Arc<Mutex<Known>>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let line = format!("{method} {uri}");
    let key = headers
        .get("authorization")
        .and_then(|value| value.to_str().ok())
        .map(str::to_owned);
    let mut known = known.lock().unwrap();
    known.requests.push(Request {
        line: line.clone(),
        headers,
        body: body.to_vec(),
    });
    // A signed link is all it takes.
    if !line.starts_with("GET /signed/") && key != Some(format!("Bearer {KEY}")) {
        return refusal(401, "unauthorized", "the API key is wrong");
    }
    let Some(answers) = known.answers.get_mut(&line).filter(|all| !all.is_empty()) else {
        return refusal(404, "not_found", &format!("there is no answer to {line}"));
    };
    if let Answer::Whole(status, media_type, body) = &answers[0] {
        let reply = (*status, [("content-type", *media_type)], body.clone()).into_response();
        if answers.len() > 1 {
            answers.pop_front();
        }
        return reply;
    }
    match answers.pop_front() {
        Some(Answer::Bit(lines)) => Body::from_stream(ReceiverStream::new(lines)).into_response(),
        _ => unreachable!("looked at above"),
    }
}

fn refusal(status: u16, error: &str, message: &str) -> Response {
    let body = json!({"error": error, "message": message}).to_string();
    (StatusCode::from_u16(status).unwrap(), body).into_response()
}
