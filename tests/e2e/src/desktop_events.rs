use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpStream;
use std::sync::{Arc, Mutex};

use serde_json::Value;

use crate::{Desktop, Server, until};

/// The events of a desktop, as they come.
#[derive(Debug)]
pub struct DesktopEvents(Arc<Mutex<Vec<Value>>>);

impl DesktopEvents {
    /// Follows a desktop, beginning with what its server remembers.
    pub fn of(server: &Server, desktop: &Desktop) -> Self {
        let place = server.url().strip_prefix("http://").unwrap();
        let mut stream = TcpStream::connect(place).unwrap();
        let (path, key) = (desktop.path("/events"), server.key());
        write!(
            stream,
            "GET {path} HTTP/1.1\r\nHost: {place}\r\nx-api-key: {key}\r\nLast-Event-ID: 0\r\n\r\n"
        )
        .unwrap();
        let events: Self = Self(Arc::default());
        let seen = Arc::clone(&events.0);
        std::thread::spawn(move || {
            // Ends with the desktop, or with its server.
            for line in BufReader::new(stream).lines().map_while(Result::ok) {
                let event = line
                    .strip_prefix("data:")
                    .and_then(|text| serde_json::from_str(text).ok());
                seen.lock().unwrap().extend(event);
            }
        });
        events
    }

    /// Waits for an event of this kind whose data this holds for.
    pub fn wait_for(&self, kind: &str, what: &str, holds: impl Fn(&Value) -> bool) -> Value {
        until(&format!("{kind}: {what}"), || {
            let seen = self.0.lock().unwrap();
            let found = seen
                .iter()
                .find(|event| event["kind"] == kind && holds(&event["data"]));
            found.map(|event| event["data"].clone())
        })
    }
}
