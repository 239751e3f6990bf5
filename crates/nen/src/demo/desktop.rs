//! One desktop as a stranger would use it: plain HTTP, the public API, nothing else. Every call is timed.

use std::time::{Duration, Instant};

use anyhow::Context;
use nen_protocol::Size;
use nen_protocol::segment::escaped;
use serde_json::{Value, json};

use super::latency::Latencies;
use crate::client::Client;

/// A desktop and the times its calls took.
#[derive(Debug)]
pub struct Desktop {
    client: Client,
    /// Its id.
    pub id: String,
    /// Width and height in pixels.
    pub size: (i64, i64),
    /// Calls of `execute` that wait for the screen to be quiet again.
    pub actions: Latencies,
    /// Calls of `execute` that do not wait.
    pub moves: Latencies,
    /// Calls of `GET /screenshot`.
    pub screenshots: Latencies,
}

impl Desktop {
    /// Creates one and waits until it can be used.
    pub fn create(client: Client, width: i64, height: i64) -> anyhow::Result<Self> {
        let body = json!({"name": "demo", "display": {"width": width, "height": height}});
        let made = client.post("/desktops", Some(&body))?;
        let id = made["desktop_id"]
            .as_str()
            .context("the reply has no desktop_id")?;
        anyhow::ensure!(
            made["status"] == "running",
            "the new desktop is {}",
            made["status"]
        );
        Ok(Self {
            id: id.to_owned(),
            client,
            size: (width, height),
            actions: Latencies::default(),
            moves: Latencies::default(),
            screenshots: Latencies::default(),
        })
    }

    /// Width and height as the protocol has them.
    pub fn screen(&self) -> Size {
        let side = |pixels: i64| u32::try_from(pixels).unwrap_or_default();
        Size {
            width: side(self.size.0),
            height: side(self.size.1),
        }
    }

    /// The client it talks through.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// The API path of the desktop with `rest` after it.
    pub fn path(&self, rest: &str) -> String {
        format!("/desktops/{}{rest}", escaped(&self.id))
    }

    /// Names of the tools it offers.
    pub fn tools(&self) -> anyhow::Result<Vec<Value>> {
        let tools = self.client.get(&self.path("/tools"))?;
        Ok(tools.as_array().context("the tools are no array")?.clone())
    }

    /// Executes one action of the `computer` tool without asking for an image.
    pub fn act(&mut self, action: &str, params: Value) -> anyhow::Result<Value> {
        self.act_with(action, params, json!({"screenshot": "never"}))
    }

    /// Executes an action with further members beside it, and times it.
    pub fn act_with(
        &mut self,
        action: &str,
        params: Value,
        beside: Value,
    ) -> anyhow::Result<Value> {
        let waits = beside["settle"] != false;
        let mut body = beside;
        body["action"] = json!({"tool": "computer", "action": action});
        body["action"]["params"] = params;
        let begin = Instant::now();
        let reply = self
            .client
            .post(&self.path("/execute"), Some(&body))
            .with_context(|| format!("`{action}` failed"))?;
        let time = begin.elapsed();
        if waits {
            self.actions.add(time);
        } else {
            self.moves.add(time);
        }
        anyhow::ensure!(
            reply["status"] == "ok",
            "`{action}` answered {}",
            reply["status"]
        );
        Ok(reply)
    }

    /// Clicks at a point.
    pub fn click(&mut self, (x, y): (i64, i64)) -> anyhow::Result<()> {
        self.act("left_click", json!({"coordinate": [x, y]}))
            .map(drop)
    }

    /// Types a text.
    pub fn type_text(&mut self, text: &str) -> anyhow::Result<()> {
        self.act("type", json!({"text": text})).map(drop)
    }

    /// Presses a key or a combination.
    pub fn key(&mut self, keys: &str) -> anyhow::Result<()> {
        self.act("key", json!({"text": keys})).map(drop)
    }

    /// Waits until the screen is quiet; the waiting is not counted as latency.
    pub fn settle(&mut self) -> anyhow::Result<()> {
        let body = json!({
            "action": {"tool": "computer", "action": "wait", "params": {}}, "screenshot": "never",
        });
        self.client.post(&self.path("/execute"), Some(&body))?;
        Ok(())
    }

    /// The whole screen as PNG.
    pub fn screenshot(&mut self) -> anyhow::Result<Vec<u8>> {
        let begin = Instant::now();
        let (image, media_type) = self.client.bytes(&self.path("/screenshot?format=png"))?;
        self.screenshots.add(begin.elapsed());
        anyhow::ensure!(
            media_type == "image/png" && image.starts_with(b"\x89PNG"),
            "the screenshot is {media_type}"
        );
        Ok(image)
    }

    /// A part of the screen as PNG, to see whether it changed.
    pub fn region(&self, x: i64, y: i64, width: i64, height: i64) -> anyhow::Result<Vec<u8>> {
        let path = self.path(&format!("/screenshot?region={x},{y},{width},{height}"));
        Ok(self.client.bytes(&path)?.0)
    }

    /// Waits until `done` finds something, asking again after the screen has settled.
    pub fn poll<T>(
        &mut self,
        limit: Duration,
        mut done: impl FnMut(&mut Self) -> anyhow::Result<Option<T>>,
    ) -> anyhow::Result<Option<T>> {
        let deadline = Instant::now() + limit;
        loop {
            if let Some(found) = done(self)? {
                return Ok(Some(found));
            }
            if Instant::now() > deadline {
                return Ok(None);
            }
            self.settle()?;
        }
    }
}
