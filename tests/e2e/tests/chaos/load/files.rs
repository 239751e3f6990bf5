use std::collections::BTreeMap;

use nen_e2e::Reply;
use rand::rngs::StdRng;
use rand::{Rng as _, RngCore as _, SeedableRng as _};
use serde_json::json;

use super::Client;
use super::line::Line;
use super::possibly::Possibly;

/// Stores, replaces and deletes files of a desktop, by both ways that there are.
#[derive(Default)]
pub struct Files {
    desktop: Option<String>,
    /// What each file holds, by the number of its content.
    files: BTreeMap<String, Possibly<Option<u64>>>,
    next: u64,
    stored: usize,
}

/// A content, as long and as random as its number says.
fn content(number: u64) -> Vec<u8> {
    let mut dice = StdRng::seed_from_u64(number);
    let mut bytes = vec![0; dice.random_range(1..200_000)];
    dice.fill_bytes(&mut bytes);
    bytes
}

impl Files {
    /// Its desktop; made when there is none.
    fn desktop(&mut self, line: &Line) -> String {
        let make = || {
            let made = line.create("/desktops", "files", &json!({"name": "files"}));
            made.expect(201)["desktop_id"].as_str().unwrap().to_owned()
        };
        self.desktop.get_or_insert_with(make).clone()
    }
}

impl Client for Files {
    fn deed(&mut self, line: &Line, dice: &mut StdRng) {
        let id = self.desktop(line);
        // Some in a folder of which the first upload is the first to know.
        let (name, folder) = (dice.random_range(0..6), dice.random_range(0..4));
        let path = match dice.random_bool(0.7) {
            true => format!("/desktops/{id}/files/{name}?path=a{folder}/b"),
            false => format!("/desktops/{id}/fs/content?path=~/c{folder}/{name}"),
        };
        let drive = path.contains("/files/");
        if drive && self.files.contains_key(&path) && dice.random_bool(0.2) {
            let reply = line.call("DELETE", &path, &[], &[]);
            let gone = matches!(reply.as_ref().map(|reply| reply.status), Some(204 | 404));
            assert!(gone || is_outage(reply.as_ref()), "{reply:?}");
            self.files.get_mut(&path).unwrap().after(gone, None);
            return;
        }
        self.next += 1;
        let bytes = content(self.next);
        let headers = [("content-type", "application/octet-stream")];
        let method = if drive { "POST" } else { "PUT" };
        let reply = line.call(method, &path, &headers, &bytes);
        let stored = matches!(reply.as_ref().map(|reply| reply.status), Some(200 | 204));
        assert!(stored || is_outage(reply.as_ref()), "{reply:?}");
        let file = self.files.entry(path.clone());
        let file = file.or_insert_with(|| Possibly::certainly(None));
        file.after(stored, Some(self.next));
        self.stored += usize::from(stored);
        if !stored {
            // Where the desktop is in error, since its programs are gone.
            line.post(&format!("/desktops/{id}/resume"), &json!({}));
        }
    }

    fn check(&mut self, line: &Line) {
        let Some(id) = &self.desktop else { return };
        line.api
            .post(&format!("/desktops/{id}/resume"), &json!({}))
            .expect(200);
        for (path, file) in &self.files {
            let reply = line.api.get(path);
            let found = match reply.status {
                200 => Some(reply.body),
                404 => None,
                _ => panic!("{path}: {reply}"),
            };
            let fits = |number: &Option<u64>| found == number.map(content);
            let numbers = (1..=self.next).map(Some).chain([None]);
            let right = numbers
                .filter(|number| file.may_be(number))
                .any(|number| fits(&number));
            let size = found.as_ref().map(Vec::len);
            assert!(right, "{path} has {size:?} bytes, not those of {file:?}");
        }
        line.api.delete(&format!("/desktops/{id}")).expect(200);
    }

    fn told(&self) -> String {
        format!("files: {} stored, {} there", self.stored, self.files.len())
    }
}

/// Nothing came back, or the desktop's programs went with the power and nobody has started them again.
fn is_outage(reply: Option<&Reply>) -> bool {
    reply.is_none_or(|reply| reply.status == 409)
}
