use std::io::{Read as _, Write as _};
use std::os::unix::net::UnixStream;

use serde_json::json;

use crate::config::Config;

/// Asks the controller to start an application: what the icons on the task bar run.
pub fn launch(app: &str, targets: &[String]) -> Result<(), String> {
    let body = json!({"app": app, "args": targets}).to_string();
    let request = format!(
        "POST /launch HTTP/1.1\r\nHost: controller\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    );
    let socket = Config::default().socket();
    let mut answer = String::new();
    UnixStream::connect(&socket)
        .and_then(|mut stream| {
            stream.write_all(request.as_bytes())?;
            stream.read_to_string(&mut answer)
        })
        .map_err(|error| {
            format!(
                "cannot reach the desktop's controller at {}: {error}",
                socket.display()
            )
        })?;
    match answer.starts_with("HTTP/1.1 204") {
        true => Ok(()),
        false => Err(answer.rsplit("\r\n").next().unwrap_or_default().to_owned()),
    }
}
