//! A server that takes keys from a real database, gives the answers it was told to and remembers what it was asked.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, HeaderName, Method, StatusCode, Uri},
    response::{IntoResponse, Response},
};
use nen_store::Store;
use reqwest::Url;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::net::TcpListener;

/// What was asked.
#[derive(Clone, Debug)]
pub struct Asked {
    /// `GET /desktops`
    pub line: String,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body.
    pub body: Bytes,
    /// The workspace of its key, if that is good.
    pub workspace: Option<String>,
}

impl Asked {
    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}

type Answer = (StatusCode, Vec<(HeaderName, String)>, Bytes);

#[derive(Debug, Default)]
struct Known {
    answers: HashMap<(Option<String>, String), Answer>,
    asked: Vec<Asked>,
}

#[derive(Clone, Debug)]
struct Shared {
    store: Store,
    known: Arc<Mutex<Known>>,
}

/// The server; it ends with the test's runtime.
#[derive(Debug)]
pub struct StandIn {
    /// Its address.
    pub url: Url,
    shared: Shared,
}

impl StandIn {
    /// Starts it on a port of its own.
    pub async fn start(store: &Store) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Shared {
            store: store.clone(),
            known: Arc::default(),
        };
        let app = Router::new().fallback(answer).with_state(shared.clone());
        tokio::spawn(async { axum::serve(listener, app).await.unwrap() });
        Self {
            url: Url::parse(&format!("http://{address}")).unwrap(),
            shared,
        }
    }

    /// Answers everybody's requests of this line so.
    pub fn on(&self, line: &str, status: u16, body: &Value) {
        self.add(None, line, status, &[], body.to_string().into());
    }

    /// Answers one workspace's requests of this line so.
    pub fn on_in(&self, workspace: &str, line: &str, body: &Value) {
        let workspace = Some(workspace.to_owned());
        self.add(workspace, line, 200, &[], body.to_string().into());
    }

    /// Answers everybody's requests of this line with bytes.
    pub fn on_bytes(&self, line: &str, status: u16, body: &'static [u8]) {
        self.add(None, line, status, &[], Bytes::from_static(body));
    }

    /// Sends everybody elsewhere.
    pub fn on_redirect(&self, line: &str, to: &str) {
        let location = [(axum::http::header::LOCATION, to.to_owned())];
        self.add(None, line, 307, &location, Bytes::new());
    }

    /// Everything that was asked, in order.
    pub fn asked(&self) -> Vec<Asked> {
        self.shared.known.lock().unwrap().asked.clone()
    }

    /// The one request there was.
    pub fn only(&self) -> Asked {
        let asked = self.asked();
        assert_eq!(asked.len(), 1, "{asked:?}");
        asked[0].clone()
    }

    fn add(
        &self,
        workspace: Option<String>,
        line: &str,
        status: u16,
        headers: &[(HeaderName, String)],
        body: Bytes,
    ) {
        let answer = (
            StatusCode::from_u16(status).unwrap(),
            headers.to_vec(),
            body,
        );
        let mut known = self.shared.known.lock().unwrap();
        known.answers.insert((workspace, line.to_owned()), answer);
    }
}

/// A database with the default workspace, and the folder it is in.
pub async fn database() -> (Store, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("nen.db").display());
    let store = Store::open(&url).await.unwrap();
    store.ensure_default_workspace().await.unwrap();
    (store, folder)
}

async fn answer(
    State(shared): State<Shared>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let line = format!("{method} {uri}");
    let secret = headers
        .get("authorization")
        .and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "))
        .unwrap_or_default();
    let key = shared.store.keys().find_by_secret(secret).await.unwrap();
    let workspace = key.map(|key| key.workspace_id);
    let mut known = shared.known.lock().unwrap();
    known.asked.push(Asked {
        line: line.clone(),
        headers,
        body,
        workspace: workspace.clone(),
    });
    if workspace.is_none() {
        return refusal(StatusCode::UNAUTHORIZED, "the API key is wrong");
    }
    let found = known
        .answers
        .get(&(workspace, line.clone()))
        .or_else(|| known.answers.get(&(None, line.clone())));
    match found {
        Some((status, headers, body)) => {
            let mut reply = (*status, body.clone()).into_response();
            for (name, value) in headers {
                reply
                    .headers_mut()
                    .insert(name.clone(), value.parse().unwrap());
            }
            reply
        }
        None => refusal(
            StatusCode::IM_A_TEAPOT,
            &format!("there is no answer to {line}"),
        ),
    }
}

fn refusal(status: StatusCode, error: &str) -> Response {
    (status, json!({"error": error}).to_string()).into_response()
}
