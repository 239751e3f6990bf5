use std::time::Duration;

use http::{Method, Request, Response};
use serde_json::Value;
use ureq::{Agent, Body};

use crate::{Desktop, Reply};

/// A blocking HTTP client with a key. Every status is an answer, none an error.
#[derive(Debug, Clone)]
pub struct Api {
    agent: Agent,
    base: String,
    key: Option<String>,
}

impl Api {
    /// A client of the server at `base`.
    pub fn new(base: &str, key: &str) -> Self {
        let agent = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .timeout_global(Some(Duration::from_secs(120)))
            .build()
            .new_agent();
        Self {
            agent,
            base: base.to_owned(),
            key: Some(key.to_owned()),
        }
    }

    /// The same server with another key.
    pub fn with_key(&self, key: &str) -> Self {
        Self::new(&self.base, key)
    }

    /// The same server without any key.
    pub fn without_key(&self) -> Self {
        Self {
            key: None,
            ..Self::new(&self.base, "")
        }
    }

    /// Any call, with any headers and body.
    pub fn call(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Reply {
        self.try_call(method, path, headers, body)
            .unwrap_or_else(|error| panic!("{method} {path}: {error}"))
    }

    /// Any call; the error is one of the connection, which a server that is being ended may cause.
    pub fn try_call(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Result<Reply, ureq::Error> {
        let mut request = Request::builder()
            .method(Method::from_bytes(method.as_bytes()).unwrap())
            .uri(format!("{}{path}", self.base));
        if let Some(key) = &self.key {
            request = request.header("authorization", format!("Bearer {key}"));
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let has_body = !body.is_empty() || matches!(method, "POST" | "PUT" | "PATCH");
        let response = if has_body {
            self.agent.run(request.body(body).unwrap())?
        } else {
            self.agent.run(request.body(()).unwrap())?
        };
        read(response)
    }

    /// GET.
    pub fn get(&self, path: &str) -> Reply {
        self.call("GET", path, &[], &[])
    }

    /// DELETE.
    pub fn delete(&self, path: &str) -> Reply {
        self.call("DELETE", path, &[], &[])
    }

    /// POST of JSON.
    pub fn post(&self, path: &str, body: &Value) -> Reply {
        self.send("POST", path, body)
    }

    /// Any method with JSON.
    pub fn send(&self, method: &str, path: &str, body: &Value) -> Reply {
        let json = [("content-type", "application/json")];
        self.call(method, path, &json, body.to_string().as_bytes())
    }

    /// Creates a desktop.
    pub fn create(&self, body: &Value) -> Desktop {
        let desktop = self.post("/desktops", body).expect(201);
        Desktop::new(self.clone(), desktop["desktop_id"].as_str().unwrap())
    }

    /// Where the server answers.
    pub fn base(&self) -> &str {
        &self.base
    }
}

fn read(response: Response<Body>) -> Result<Reply, ureq::Error> {
    let (parts, mut body) = response.into_parts();
    let headers = parts.headers.iter().map(|(name, value)| {
        let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
        (name.as_str().to_owned(), value)
    });
    Ok(Reply {
        status: parts.status.as_u16(),
        headers: headers.collect(),
        body: body.with_config().limit(256 << 20).read_to_vec()?,
    })
}
