//! One server with its own database, and calls on it.

use crate::fake_driver::FakeDriver;
use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Method, Request, StatusCode};
use http_body_util::BodyExt;
use nen_fleet::{Fleet, FleetConfig};
use nen_server::{AppState, ServerConfig, router};
use nen_store::{Scope, Store};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::sync::Arc;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

pub struct App {
    pub store: Store,
    pub driver: Arc<FakeDriver>,
    pub fleet: Fleet,
    pub state: AppState,
    pub admin: String,
    router: Router,
    _dir: TempDir,
}

/// An answer, read to its end.
#[derive(Debug)]
pub struct Reply {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub bytes: Vec<u8>,
}

impl Reply {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or_else(|_| panic!("no JSON: {}", self.text()))
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }

    /// The message of an error; fails unless status and shape are right.
    #[track_caller]
    pub fn error(&self, status: u16) -> String {
        assert_eq!(self.status, status, "{}", self.text());
        assert_eq!(
            self.header("content-type"),
            "application/json",
            "{}",
            self.text()
        );
        let body = self.json();
        let fields = body.as_object().unwrap();
        assert_eq!(fields.keys().collect::<Vec<_>>(), ["error"], "{body}");
        let text = fields["error"].as_str().unwrap().to_owned();
        assert!(!text.is_empty());
        text
    }

    #[track_caller]
    pub fn good(&self) -> Value {
        assert!(self.status.is_success(), "{} {}", self.status, self.text());
        if self.bytes.is_empty() {
            Value::Null
        } else {
            self.json()
        }
    }
}

impl App {
    pub async fn start() -> Self {
        Self::with(ServerConfig::default(), FleetConfig::default()).await
    }

    pub async fn with(config: ServerConfig, fleet: FleetConfig) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(&format!("sqlite:{}", dir.path().join("nen.db").display()))
            .await
            .unwrap();
        let admin = store
            .ensure_default_workspace()
            .await
            .unwrap()
            .unwrap()
            .secret;
        let driver = FakeDriver::new(dir.path().to_owned());
        let fleet = Fleet::start(fleet, store.clone(), driver.clone())
            .await
            .unwrap();
        let state = AppState::start(config, store.clone(), fleet.clone())
            .await
            .unwrap();
        Self {
            router: router(state.clone()),
            state,
            store,
            driver,
            fleet,
            admin,
            _dir: dir,
        }
    }

    /// A key with these scopes in the default workspace.
    pub async fn key(&self, scopes: &[Scope]) -> String {
        self.store
            .keys()
            .create("ws_default", "test", scopes, None)
            .await
            .unwrap()
            .secret
    }

    /// An admin key of another workspace.
    pub async fn foreign_key(&self) -> String {
        let workspace = self.store.workspaces().create("other").await.unwrap();
        self.store
            .keys()
            .create(&workspace.id, "foreign", &[Scope::Admin], None)
            .await
            .unwrap()
            .secret
    }

    /// A new desktop's id.
    pub async fn desktop(&self) -> String {
        let reply = self.post("/desktops", json!({})).await;
        assert_eq!(reply.status, 201, "{}", reply.text());
        reply.json()["desktop_id"].as_str().unwrap().to_owned()
    }

    /// Sends any request as it is.
    pub async fn send(&self, mut request: Request<Body>) -> Reply {
        request
            .headers_mut()
            .entry("host")
            .or_insert("localhost:8700".parse().unwrap());
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes().to_vec();
        Reply {
            status: parts.status,
            headers: parts.headers,
            bytes,
        }
    }

    /// A call with the admin key.
    pub async fn call(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: impl Into<Body>,
    ) -> Reply {
        self.call_as(&self.admin, method, path, headers, body).await
    }

    pub async fn call_as(
        &self,
        key: &str,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: impl Into<Body>,
    ) -> Reply {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header("authorization", format!("Bearer {key}"));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.send(request.body(body.into()).unwrap()).await
    }

    pub async fn get(&self, path: &str) -> Reply {
        self.call(Method::GET, path, &[], "").await
    }

    pub async fn delete(&self, path: &str) -> Reply {
        self.call(Method::DELETE, path, &[], "").await
    }

    pub async fn post(&self, path: &str, body: Value) -> Reply {
        self.call(
            Method::POST,
            path,
            &[("content-type", "application/json")],
            body.to_string(),
        )
        .await
    }

    pub async fn put(&self, path: &str, body: Value) -> Reply {
        self.call(
            Method::PUT,
            path,
            &[("content-type", "application/json")],
            body.to_string(),
        )
        .await
    }

    pub async fn act(&self, id: &str, action: &str) -> Reply {
        let action = json!({"action": {"tool": "computer", "action": action, "params": {}}});
        self.post(&format!("/desktops/{id}/execute"), action).await
    }

    /// The token of a new session's link.
    pub async fn viewer_token(&self, id: &str, session: Value) -> String {
        let session = self
            .put(&format!("/desktops/{id}/session"), session)
            .await
            .good();
        session["href"]
            .as_str()
            .unwrap()
            .split_once("#token=")
            .unwrap()
            .1
            .to_owned()
    }

    /// Serves on a real socket until the token is cancelled.
    pub async fn listen(&self) -> (SocketAddr, CancellationToken, tokio::task::JoinHandle<()>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let stop = CancellationToken::new();
        let (state, stopped) = (self.state.clone(), stop.clone());
        let served = tokio::spawn(async move {
            nen_server::serve(listener, state, async move { stopped.cancelled().await })
                .await
                .unwrap();
        });
        (address, stop, served)
    }
}
