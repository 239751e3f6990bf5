use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use crate::{Api, Image, Reply};

/// A desktop, seen through the API as any client sees it.
#[derive(Debug, Clone)]
pub struct Desktop {
    api: Api,
    id: String,
}

impl Desktop {
    /// The desktop with this id.
    pub fn new(api: Api, id: &str) -> Self {
        Self {
            api,
            id: id.to_owned(),
        }
    }

    /// Its id.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The client it is reached by.
    pub fn api(&self) -> &Api {
        &self.api
    }

    /// A path below the desktop: `path("/tools")`.
    pub fn path(&self, rest: &str) -> String {
        format!("/desktops/{}{rest}", self.id)
    }

    /// The desktop as the API shows it.
    pub fn state(&self) -> Value {
        self.api.get(&self.path("")).expect(200)
    }

    /// `POST …/execute` with any body.
    pub fn execute(&self, body: &Value) -> Reply {
        self.api.post(&self.path("/execute"), body)
    }

    /// One action of the computer tool, without waiting or looking: the quickest way to act.
    #[expect(clippy::needless_pass_by_value, reason = "called with json!")]
    pub fn act(&self, action: &str, params: Value) -> Reply {
        self.execute(&json!({
            "action": {"tool": "computer", "action": action, "params": params},
            "settle": false,
            "screenshot": "never",
        }))
    }

    /// One action of the computer tool with everything at its default.
    #[expect(clippy::needless_pass_by_value, reason = "called with json!")]
    pub fn computer(&self, action: &str, params: Value) -> Reply {
        self.execute(&json!({"action": {"tool": "computer", "action": action, "params": params}}))
    }

    /// Runs a command in the desktop's shell (the desktop needs the tool `bash`) and gives its output.
    pub fn bash(&self, command: &str) -> String {
        let reply = self.execute(&json!({
            "action": {"tool": "bash", "action": "run", "params": {"command": command}},
            "settle": false,
            "screenshot": "never",
        }));
        let reply = reply.expect(200);
        assert_eq!(reply["status"], "ok", "{command}: {reply}");
        reply["output"].as_str().unwrap_or_default().to_owned()
    }

    /// What the screen shows now, exactly, without the pointer.
    pub fn look(&self) -> Image {
        let reply = self
            .api
            .get(&self.path("/screenshot?cursor=false"))
            .expect_raw(200);
        Image::from_png(&reply.body)
    }

    /// Uploads a file to the drive.
    pub fn upload(&self, name: &str, bytes: &[u8]) {
        let headers = [("content-type", "application/octet-stream")];
        let reply = self.api.call("POST", &self.file(name), &headers, bytes);
        assert_eq!(reply.expect(200)["size"], bytes.len(), "{reply}");
    }

    /// A file of the drive, none while it is not there.
    pub fn download(&self, name: &str) -> Option<Vec<u8>> {
        let reply = self.api.get(&self.file(name));
        match reply.status {
            200 => Some(reply.body),
            404 => None,
            _ => panic!("{name}: {reply}"),
        }
    }

    /// The path of a file of the drive, its name escaped as the published clients do.
    pub fn file(&self, name: &str) -> String {
        self.path(&format!(
            "/files/{}",
            utf8_percent_encode(name, NON_ALPHANUMERIC)
        ))
    }

    /// Deletes it.
    pub fn delete(&self) {
        let gone = self.api.delete(&self.path("")).expect(200);
        assert_eq!(gone, json!({"desktop_id": self.id, "status": "deleted"}));
    }
}
