use std::collections::BTreeMap;

use serde_json::Value;

/// What an HTTP call answered, whatever its status.
#[derive(Debug, Clone)]
pub struct Reply {
    /// Status code.
    pub status: u16,
    /// Headers, names in lower case.
    pub headers: BTreeMap<String, String>,
    /// The body as it came.
    pub body: Vec<u8>,
}

impl Reply {
    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("not JSON: {self}"))
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// A header, empty when it is not there.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }

    /// The JSON body, after checking the status.
    #[track_caller]
    pub fn expect(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "{self}");
        if self.body.is_empty() {
            Value::Null
        } else {
            self.json()
        }
    }

    /// The raw reply, after checking the status.
    #[track_caller]
    pub fn expect_raw(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{self}");
        self
    }

    /// Checks that the call was refused with this status, in the one shape errors have, and with this in the message.
    #[track_caller]
    pub fn refused(&self, status: u16, message: &str) {
        assert_eq!(self.status, status, "{self}");
        let body = self.json();
        let error = body["error"]
            .as_str()
            .unwrap_or_else(|| panic!("no error in {self}"));
        assert_eq!(
            body.as_object().map(serde_json::Map::len),
            Some(1),
            "more than one field: {self}"
        );
        assert!(
            error.contains(message),
            "{error:?} does not contain {message:?}"
        );
    }
}

impl std::fmt::Display for Reply {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let text: String = self.text().chars().take(600).collect();
        write!(f, "{} {text}", self.status)
    }
}
