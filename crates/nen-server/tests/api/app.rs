//! One server with its own database, and calls on it.

use crate::fake_driver::FakeDriver;
use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Method, Request, Response, StatusCode};
use http_body_util::BodyExt;
use nen_agent::{Agent, Models, ModelsConfig};
use nen_fleet::{Fleet, FleetConfig};
use nen_objects::{Objects, Place};
use nen_protocol::workflow::Network;
use nen_runs::{Runs, RunsConfig, SandboxLimits, SecretKey};
use nen_server::{AppState, FleetDesktops, History, ServerConfig, ToolLogWriter, router};
use nen_store::{Clock, NewVersion, RunEnd, RunRow, Scope, Store};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;
use tempfile::TempDir;
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

pub struct App {
    pub store: Store,
    pub driver: Arc<FakeDriver>,
    pub fleet: Fleet,
    pub desktops: FleetDesktops,
    pub runs: Runs,
    pub state: AppState,
    pub admin: String,
    /// How far the server's clock is ahead, in milliseconds.
    ahead: Arc<AtomicI64>,
    router: Router,
    dir: TempDir,
}

impl App {
    /// A connection of somebody else to the database.
    pub async fn connection(&self) -> sqlx::AnyConnection {
        let file = self.dir.path().join("nen.db");
        let url = format!("sqlite:{}", file.display());
        <sqlx::AnyConnection as sqlx::Connection>::connect(&url)
            .await
            .unwrap()
    }
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

    /// Code and message of an error of the workflow surface; fails unless status and shape are right.
    #[track_caller]
    pub fn failure(&self, status: u16) -> (String, String) {
        assert_eq!(self.status, status, "{}", self.text());
        assert_eq!(self.header("content-type"), "application/json");
        let body = self.json();
        let fields = body.as_object().unwrap();
        assert_eq!(
            fields.keys().collect::<Vec<_>>(),
            ["error", "message"],
            "{body}"
        );
        let text = |name: &str| fields[name].as_str().unwrap().to_owned();
        (text("error"), text("message"))
    }

    /// The message of an error on the surface that `path` belongs to.
    #[track_caller]
    pub fn refused(&self, path: &str, status: u16) -> String {
        let of_workflows = ["/runs", "/workflows", "/settings"];
        match of_workflows.iter().any(|first| path.starts_with(first)) {
            true => self.failure(status).1,
            false => self.error(status),
        }
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

/// Name of the worker elsewhere.
pub const WORKER: &str = "elsewhere";

/// What a server keeps, in a folder.
fn objects(dir: &TempDir) -> Objects {
    Objects::open(&Place::Folder(dir.path().to_owned()), &[]).unwrap()
}

/// A server that leaves runs to others.
fn runs_config(dir: &TempDir) -> RunsConfig {
    RunsConfig {
        folder: dir.path().join("runs"),
        objects: objects(dir),
        base_url: "http://localhost:8700".to_owned(),
        worker: "api-tests".to_owned(),
        sole_worker: false,
        slots: 0,
        per_workspace: 100,
        lease: Duration::from_secs(60),
        limits: SandboxLimits::default(),
        python: "/usr/bin/python3".into(),
        packages: dir.path().join("packages"),
        nen_bin: None,
        expose_host_ports: Vec::new(),
        allow_private_webhooks: false,
        webhook_delay_factor: 1.0,
        keep_days: 30,
    }
}

/// What describing a workflow's files would have found.
pub fn version(secrets: bool) -> NewVersion {
    NewVersion {
        files: json!([{"filename": "workflow.py", "content": "# the files"}]),
        params_schema: json!({"type": "object", "properties": {"month": {"type": "string"}}, "required": ["month"]}),
        result_schema: json!({"type": "object", "properties": {"total": {"type": "number"}}}),
        secure_schema: secrets.then(|| {
            json!({"type": "object", "properties": {"password": {"type": "string"}}, "required": ["password"]})
        }),
        network: Network::None,
        created_by: "deploy".to_owned(),
    }
}

/// A connection that comes from this address of the machine.
pub async fn connect_from(local: [u8; 4], server: SocketAddr) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind(SocketAddr::from((local, 0))).unwrap();
    socket.connect(server).await.unwrap()
}

impl App {
    pub async fn start() -> Self {
        Self::with(ServerConfig::default(), FleetConfig::default()).await
    }

    pub async fn with(config: ServerConfig, fleet: FleetConfig) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let ahead = Arc::new(AtomicI64::new(0));
        let clock = {
            let (ahead, system) = (ahead.clone(), Clock::system());
            Clock::new(move || system.now_ms() + ahead.load(Ordering::Relaxed))
        };
        let database = format!("sqlite:{}", dir.path().join("nen.db").display());
        let store = Store::open_with_clock(&database, clock).await.unwrap();
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
        let history = History::start(store.clone(), fleet.clone(), objects(&dir), 1);
        let tool_log = ToolLogWriter::start(store.clone(), fleet.clone(), history.clone());
        let desktops = FleetDesktops::new(fleet.clone(), tool_log.clone(), config.execute_timeout);
        let runs = Runs::start(
            runs_config(&dir),
            store.clone(),
            SecretKey::of_folder(dir.path()).unwrap(),
            Arc::new(desktops.clone()),
            Agent::new(Arc::new(Models::new(ModelsConfig::default()).unwrap())),
        )
        .await
        .unwrap();
        let (store_of, fleet_of) = (store.clone(), fleet.clone());
        let state = AppState::start(config, store_of, fleet_of, tool_log, history, runs.clone())
            .await
            .unwrap();
        Self {
            ahead,
            desktops,
            runs,
            router: router(state.clone()),
            state,
            store,
            driver,
            fleet,
            admin,
            dir,
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

    /// Lets time pass for the server.
    pub fn later(&self, time: Duration) {
        let ms = i64::try_from(time.as_millis()).unwrap();
        self.ahead.fetch_add(ms, Ordering::Relaxed);
    }

    /// Id of a new workflow of the default workspace, which takes a month. With secrets it also takes a password.
    pub async fn workflow(&self, secrets: bool) -> String {
        let id = nen_store::random_base62(22).unwrap();
        let workflows = self.store.workflows();
        let version = version(secrets);
        let made = workflows.insert("ws_default", &id, "invoices", &version);
        made.await.unwrap().id
    }

    /// Id of a new run that waits.
    pub async fn run(&self, workflow: &str) -> String {
        self.run_with(workflow, json!({})).await
    }

    /// [`App::run`] with more in its request.
    pub async fn run_with(&self, workflow: &str, more: Value) -> String {
        let mut body = json!({"workflow_id": workflow, "workflow_params": {"month": "2026-10"}});
        let fields = body.as_object_mut().unwrap();
        fields.extend(more.as_object().unwrap().clone());
        let reply = self.post("/runs", body).await;
        assert_eq!(reply.status, 202, "{}", reply.text());
        reply.json()["messageId"].as_str().unwrap().to_owned()
    }

    /// The oldest run that waits begins, at a worker elsewhere.
    pub async fn begin_run(&self) -> RunRow {
        let lease = self.store.now_ms() + 3_600_000;
        let runs = self.store.runs();
        let begun = runs.claim(WORKER, lease, 100, |_| None).await.unwrap();
        begun.expect("a run waits")
    }

    /// A run that was begun ends.
    pub async fn end_run(&self, id: &str, end: &RunEnd) {
        let runs = self.store.runs();
        let ended = runs.finish(id, WORKER, end, |_| None).await.unwrap();
        assert!(ended.is_some(), "it was begun");
    }

    /// A new desktop's id.
    pub async fn desktop(&self) -> String {
        let reply = self.post("/desktops", json!({})).await;
        assert_eq!(reply.status, 201, "{}", reply.text());
        reply.json()["desktop_id"].as_str().unwrap().to_owned()
    }

    /// Sends any request as it is.
    pub async fn send(&self, request: Request<Body>) -> Reply {
        let response = self.open(request).await;
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes().to_vec();
        Reply {
            status: parts.status,
            headers: parts.headers,
            bytes,
        }
    }

    /// Sends a request and leaves the answer's body unread.
    pub async fn open(&self, mut request: Request<Body>) -> Response<Body> {
        request
            .headers_mut()
            .entry("host")
            .or_insert("localhost:8700".parse().unwrap());
        self.router.clone().oneshot(request).await.unwrap()
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

    /// The value of one metric, as `name` or `name{label="value"}`; none when it is not there.
    pub async fn metric(&self, name: &str) -> Option<f64> {
        let reply = self.get("/metrics").await;
        assert_eq!(reply.status, 200, "{}", reply.text());
        let text = reply.text();
        let line = |line: &str| line.strip_prefix(name)?.strip_prefix(' ')?.parse().ok();
        text.lines().find_map(line)
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

    /// The pictures of another server on the same folder.
    pub fn history_again(&self) -> History {
        let objects = objects(&self.dir);
        History::start(self.store.clone(), self.fleet.clone(), objects, 1)
    }

    /// Pictures that are kept of a desktop.
    pub fn pictures(&self, id: &str) -> usize {
        let folder = self.dir.path().join("history").join(id);
        std::fs::read_dir(folder).map_or(0, Iterator::count)
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
