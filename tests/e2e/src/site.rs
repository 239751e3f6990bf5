use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use crate::until_within;

/// A request that a site received.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// `GET`, `POST`.
    pub method: String,
    /// Path with its query.
    pub path: String,
    /// Headers, names in lower case.
    pub headers: BTreeMap<String, String>,
    /// The body.
    pub body: Vec<u8>,
}

type Answer = dyn Fn(&Request) -> (u16, &'static str, Vec<u8>) + Send + Sync;

/// A small web site on this machine's loopback that remembers every request.
#[derive(Debug, Clone)]
pub struct Site {
    port: u16,
    requests: Arc<Mutex<Vec<Request>>>,
}

impl Site {
    /// Serves one page at `/` and takes everything that is posted.
    pub fn page(html: &str) -> Self {
        Self::page_at(TcpListener::bind("127.0.0.1:0").unwrap(), html)
    }

    /// The same where the listener is.
    pub fn page_at(listener: TcpListener, html: &str) -> Self {
        let html = html.as_bytes().to_vec();
        Self::at(listener, move |request| {
            match (request.method.as_str(), request.path.as_str()) {
                ("GET", "/") => (200, "text/html; charset=utf-8", html.clone()),
                ("POST", _) => (204, "text/plain", Vec::new()),
                _ => (404, "text/plain", Vec::new()),
            }
        })
    }

    /// Serves what `answer` says: status, content type, body.
    pub fn new(
        answer: impl Fn(&Request) -> (u16, &'static str, Vec<u8>) + Send + Sync + 'static,
    ) -> Self {
        Self::at(TcpListener::bind("127.0.0.1:0").unwrap(), answer)
    }

    fn at(
        listener: TcpListener,
        answer: impl Fn(&Request) -> (u16, &'static str, Vec<u8>) + Send + Sync + 'static,
    ) -> Self {
        let site = Self {
            port: listener.local_addr().unwrap().port(),
            requests: Arc::default(),
        };
        let (requests, answer): (_, Arc<Answer>) = (site.requests.clone(), Arc::new(answer));
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (requests, answer) = (requests.clone(), answer.clone());
                std::thread::spawn(move || serve(&stream, &requests, answer.as_ref()));
            }
        });
        site
    }

    /// The port, for `--expose-host-port`.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The address for programs on this machine.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// The address for programs inside a desktop.
    pub fn url_inside(&self) -> String {
        format!("http://host.nen:{}/", self.port)
    }

    /// Every request so far.
    pub fn requests(&self) -> Vec<Request> {
        self.requests.lock().unwrap().clone()
    }

    /// Waits for the first request to a path.
    pub fn wait_for(&self, path: &str) -> Request {
        until_within(
            Duration::from_secs(20),
            &format!("a request to {path}"),
            || {
                self.requests()
                    .into_iter()
                    .find(|request| request.path == path)
            },
        )
    }

    /// Waits until the last body posted to a path is this text.
    pub fn wait_for_text(&self, path: &str, expected: &str) {
        let last = || {
            let requests = self.requests();
            let body = requests
                .iter()
                .rev()
                .find(|request| request.path == path)
                .map(|r| r.body.clone());
            String::from_utf8_lossy(&body.unwrap_or_default()).into_owned()
        };
        // Thousands of keys keep a browser on a busy machine for many seconds.
        let end = Instant::now() + Duration::from_secs(60);
        let mut text = last();
        while text != expected && Instant::now() < end {
            std::thread::sleep(Duration::from_millis(20));
            text = last();
        }
        assert_eq!(text, expected);
    }
}

fn serve(stream: &TcpStream, requests: &Mutex<Vec<Request>>, answer: &Answer) {
    let mut reader = BufReader::new(stream);
    // Kept open, so that a page which posts often does not run out of ports.
    while let Some(request) = read(&mut reader) {
        let (status, kind, body) = answer(&request);
        requests.lock().unwrap().push(request);
        let head = format!(
            "HTTP/1.1 {status} X\r\ncontent-type: {kind}\r\ncontent-length: {}\r\n\r\n",
            body.len()
        );
        let mut writer = stream;
        if writer
            .write_all(&[head.as_bytes(), &body].concat())
            .is_err()
        {
            return;
        }
    }
}

fn read(reader: &mut BufReader<&TcpStream>) -> Option<Request> {
    let mut line = String::new();
    reader
        .read_line(&mut line)
        .ok()
        .filter(|length| *length > 0)?;
    let mut words = line.split_whitespace().map(str::to_owned);
    let (method, path) = (words.next()?, words.next()?);
    let mut headers = BTreeMap::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim_end().split_once(':') else {
            break;
        };
        headers.insert(name.to_lowercase(), value.trim().to_owned());
    }
    let length = headers
        .get("content-length")
        .and_then(|value| value.parse().ok())
        .unwrap_or(0);
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some(Request {
        method,
        path,
        headers,
        body,
    })
}
