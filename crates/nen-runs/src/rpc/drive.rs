//! `Computer.drive(path)`: files of the desktop.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{CallError, Session, args};

/// Most bytes of one read.
const LONGEST: u64 = 4 << 20;

#[derive(Deserialize)]
struct List {
    path: String,
    pattern: String,
}

#[derive(Deserialize)]
struct Read {
    path: String,
    offset: u64,
    length: u64,
}

#[derive(Deserialize)]
struct Write {
    path: String,
    name: String,
    data: String,
    #[serde(default)]
    append: bool,
}

pub(super) async fn call(
    session: &Session,
    method: &str,
    given: &Value,
) -> Result<Value, CallError> {
    let seat = &session.seat;
    seat.touch().await?;
    match method {
        "list" => {
            let List { path, pattern } = args::read(given)?;
            let folder = seat
                .desktops
                .list_folder(&seat.workspace, &seat.desktop.id, &path, &pattern)
                .await?;
            Ok(json!(folder))
        }
        "read" => {
            let Read {
                path,
                offset,
                length,
            } = args::read(given)?;
            let length = length.min(LONGEST);
            let data = seat
                .desktops
                .read_file(&seat.workspace, &seat.desktop.id, &path, offset, length)
                .await?;
            let end = u64::try_from(data.len()).unwrap_or(u64::MAX) < length;
            Ok(json!({"data": STANDARD.encode(data), "end": end}))
        }
        "write" => {
            let Write {
                path,
                name,
                data,
                append,
            } = args::read(given)?;
            if name.is_empty() || name.contains('/') || name == "." || name == ".." {
                return Err(CallError::value(format!(
                    "{name:?} is not the name of a file"
                )));
            }
            let data = STANDARD
                .decode(data)
                .map_err(|_| CallError::value("data is not base64"))?;
            let path = format!("{}/{name}", path.trim_end_matches('/'));
            seat.desktops
                .write_file(
                    &seat.workspace,
                    &seat.desktop.id,
                    &path,
                    Bytes::from(data),
                    append,
                )
                .await?;
            Ok(Value::Null)
        }
        _ => Err(CallError::new(
            "RPCError",
            format!("there is no call drive.{method}"),
        )),
    }
}
