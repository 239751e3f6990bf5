use std::collections::HashMap;

use rand::Rng as _;
use rand::rngs::StdRng;

use super::Cut;
use super::node::{Change, Content, Kind, Names, Node};
use super::tree::{ROOT, Tree};

/// What a disk writes whole or not at all, in bytes.
const SECTOR: usize = 512;

impl Tree {
    /// The disk as the next start finds it. Everything on it is safe then.
    pub fn survivor(&self, cut: Cut, dice: &mut StdRng) -> Self {
        let moment = match cut {
            Cut::Nothing => 0,
            Cut::Something => dice.random_range(self.oldest_unsynced()..=self.count()),
        };
        let mut found = HashMap::new();
        let mut waiting = vec![ROOT];
        while let Some(number) = waiting.pop() {
            if found.contains_key(&number) {
                continue;
            }
            let node = self.node(number);
            let kind = match &node.kind {
                Kind::File(content) => Kind::File(left_of(content, cut, dice)),
                Kind::Folder(names) => {
                    let names = names.at(moment);
                    waiting.extend(names.values());
                    Kind::Folder(Names {
                        safe: names.clone(),
                        live: names,
                        unsynced: Vec::new(),
                    })
                }
                Kind::Link(target) => Kind::Link(target.clone()),
                Kind::Special(kind) => Kind::Special(*kind),
            };
            let attributes = match node.at <= moment {
                true => node.attributes,
                false => node.safe,
            };
            found.insert(
                number,
                Node {
                    kind,
                    attributes,
                    safe: attributes,
                    at: 0,
                    links: 0,
                },
            );
        }
        Self::of(found)
    }
}

fn left_of(content: &Content, cut: Cut, dice: &mut StdRng) -> Content {
    let mut bytes = content.safe.clone();
    if cut == Cut::Something {
        for change in &content.unsynced {
            match (dice.random_range(0..4), change) {
                (0, _) => {}
                (1, Change::Write(offset, data)) => tear(&mut bytes, *offset, data, dice),
                _ => change.apply(&mut bytes),
            }
        }
    }
    Content {
        safe: bytes.clone(),
        live: bytes,
        unsynced: Vec::new(),
    }
}

/// Writes some of the sectors that a write covers.
fn tear(bytes: &mut Vec<u8>, offset: usize, data: &[u8], dice: &mut StdRng) {
    let mut from = 0;
    while from < data.len() {
        let to = data.len().min(from + SECTOR - (offset + from) % SECTOR);
        if dice.random_bool(0.5) {
            Change::Write(offset + from, data[from..to].to_vec()).apply(bytes);
        }
        from = to;
    }
}
