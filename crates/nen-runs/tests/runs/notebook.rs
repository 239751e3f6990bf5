//! Desktops that write down what is asked of them.

use std::collections::BTreeMap;
use std::sync::Mutex;

use base64::Engine as _;
use bytes::Bytes;
use nen_protocol::Size;
use nen_protocol::desktop::CreateDesktop;
use nen_protocol::execute::{ActionResult, ExecuteBody, ExecuteReply, View};
use nen_runs::{
    DesktopError, DesktopErrorKind, DesktopFile, DesktopFolder, DesktopInfo, DesktopResult,
    Desktops, RUN_LABEL, RunDesktop,
};
use serde_json::{Value, json};

/// The smallest PNG there is.
pub const PNG: &str = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

#[derive(Debug, Default)]
pub struct Notebook {
    /// Desktops there are, with their labels.
    pub desktops: Mutex<BTreeMap<String, BTreeMap<String, String>>>,
    /// `[actor, action, params]` of everything but looks.
    pub actions: Mutex<Vec<Value>>,
    pub files: Mutex<BTreeMap<String, Vec<u8>>>,
    /// Creations that find no room before one does.
    pub full: Mutex<u32>,
}

impl Notebook {
    pub fn actions(&self) -> Vec<Value> {
        self.actions.lock().unwrap().clone()
    }

    pub fn there(&self) -> Vec<String> {
        self.desktops.lock().unwrap().keys().cloned().collect()
    }
}

impl Desktops for Notebook {
    fn create<'a>(&'a self, _: &'a str, create: CreateDesktop) -> DesktopResult<'a, DesktopInfo> {
        Box::pin(async move {
            let mut full = self.full.lock().unwrap();
            if *full > 0 {
                *full -= 1;
                return Err(DesktopError::new(DesktopErrorKind::Busy, "no room"));
            }
            let id = nen_store::random_id("dsk").unwrap();
            self.desktops
                .lock()
                .unwrap()
                .insert(id.clone(), create.metadata);
            Ok(DesktopInfo {
                id,
                size: create.display,
            })
        })
    }

    fn get<'a>(&'a self, _: &'a str, id: &'a str) -> DesktopResult<'a, DesktopInfo> {
        let found = self.desktops.lock().unwrap().contains_key(id);
        let size = Size {
            width: 1280,
            height: 800,
        };
        Box::pin(async move {
            match found {
                true => Ok(DesktopInfo {
                    id: id.to_owned(),
                    size,
                }),
                false => Err(DesktopError::new(
                    DesktopErrorKind::Missing,
                    format!("no desktop {id}"),
                )),
            }
        })
    }

    fn delete<'a>(&'a self, _: &'a str, id: &'a str) -> DesktopResult<'a, ()> {
        self.desktops.lock().unwrap().remove(id);
        Box::pin(async { Ok(()) })
    }

    fn of_runs(&self) -> DesktopResult<'_, Vec<RunDesktop>> {
        let all = self.desktops.lock().unwrap();
        let of_runs = all.iter().filter_map(|(id, labels)| {
            Some(RunDesktop {
                workspace: "ws_default".to_owned(),
                id: id.clone(),
                run_id: labels.get(RUN_LABEL)?.clone(),
            })
        });
        let of_runs = of_runs.collect();
        Box::pin(async move { Ok(of_runs) })
    }

    fn execute<'a>(
        &'a self,
        _: &'a str,
        id: &'a str,
        actor: &'a str,
        body: ExecuteBody,
    ) -> DesktopResult<'a, ExecuteReply> {
        Box::pin(async move {
            if !self.desktops.lock().unwrap().contains_key(id) {
                return Err(DesktopError::new(DesktopErrorKind::Missing, "no desktop"));
            }
            let call = body.action.unwrap();
            let look = call.action == "wait" && call.params.is_empty();
            if !look {
                self.actions
                    .lock()
                    .unwrap()
                    .push(json!([actor, call.action, call.params]));
            }
            if call.params.get("coordinate") == Some(&json!([9999, 9999])) {
                return Err(DesktopError::new(
                    DesktopErrorKind::Bad,
                    "coordinate [9999, 9999] is outside the screen, which is 1280x800",
                ));
            }
            Ok(ExecuteReply {
                result: ActionResult::ok("done"),
                view: View {
                    base64_image: look.then(|| PNG.to_owned()),
                    ..View::default()
                },
            })
        })
    }

    fn list_folder<'a>(
        &'a self,
        _: &'a str,
        _: &'a str,
        path: &'a str,
        pattern: &'a str,
    ) -> DesktopResult<'a, DesktopFolder> {
        Box::pin(async move {
            let path = path.replace('~', "/home/user");
            let files = self.files.lock().unwrap();
            let fits = |name: &str| match pattern.strip_prefix('*') {
                Some(end) => name.ends_with(end),
                None => name == pattern,
            };
            let files = files.iter().filter_map(|(file, data)| {
                let name = file.strip_prefix(&format!("{path}/"))?;
                fits(name).then(|| DesktopFile {
                    name: name.to_owned(),
                    size: data.len() as u64,
                    modified: 1.5,
                })
            });
            let files = files.collect();
            Ok(DesktopFolder { path, files })
        })
    }

    fn read_file<'a>(
        &'a self,
        _: &'a str,
        _: &'a str,
        path: &'a str,
        offset: u64,
        length: u64,
    ) -> DesktopResult<'a, Bytes> {
        Box::pin(async move {
            let files = self.files.lock().unwrap();
            let data = files.get(path).ok_or_else(|| {
                DesktopError::new(DesktopErrorKind::Missing, format!("no file {path}"))
            })?;
            let from = usize::try_from(offset).unwrap().min(data.len());
            let to = (from + usize::try_from(length).unwrap()).min(data.len());
            Ok(Bytes::copy_from_slice(&data[from..to]))
        })
    }

    fn write_file<'a>(
        &'a self,
        _: &'a str,
        _: &'a str,
        path: &'a str,
        data: Bytes,
        append: bool,
    ) -> DesktopResult<'a, ()> {
        Box::pin(async move {
            let mut files = self.files.lock().unwrap();
            let file = files.entry(path.to_owned()).or_default();
            if !append {
                file.clear();
            }
            file.extend_from_slice(&data);
            Ok(())
        })
    }
}

#[test]
fn the_picture_is_a_png() {
    let bytes = base64::engine::general_purpose::STANDARD
        .decode(PNG)
        .unwrap();
    assert!(bytes.starts_with(b"\x89PNG"));
}
