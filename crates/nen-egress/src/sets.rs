//! Letting addresses through, by the sets of the sandbox's rules.

use std::io;
use std::net::Ipv4Addr;
use std::os::fd::OwnedFd;
use std::time::Instant;

use nen_host::network::{SETS_OF_ADDRESSES, SETS_OF_PORTS, TABLE};
use nen_protocol::network::Ports;

use crate::book::{Book, Key, LIFE};
use crate::netlink::{Attributes, Messages, NLM_F_ACK, NLM_F_CREATE};

/// Numbers of nf_tables, from the kernel's headers.
const BATCH_BEGIN: u16 = 16;
const BATCH_END: u16 = 17;
const NF_TABLES: u16 = 10;
const NEW_ELEMENTS: u16 = (NF_TABLES << 8) | 12;
const FAMILY_INET: u8 = 1;
const LIST_TABLE: u16 = 1;
const LIST_SET: u16 = 2;
const LIST_ELEMENTS: u16 = 3;
const ELEMENT: u16 = 1;
const ELEMENT_KEY: u16 = 1;
const ELEMENT_TIMEOUT: u16 = 4;
const VALUE: u16 = 1;

/// The sets, and what stands in them.
#[derive(Debug)]
pub(crate) struct Sets {
    socket: OwnedFd,
    book: Book,
}

impl Sets {
    pub fn new(socket: OwnedFd) -> Self {
        Self {
            socket,
            book: Book::default(),
        }
    }

    /// Lets these addresses through at these ports, all or none.
    ///
    /// # Errors
    /// When the kernel refuses; `ENFILE` says that the sets are full.
    pub fn open(&mut self, addresses: &[Ipv4Addr], ports: &Ports) -> io::Result<()> {
        let now = Instant::now();
        let keys = addresses.iter().flat_map(|address| match ports {
            Ports::All => vec![(*address, None)],
            Ports::Only(ports) => ports.iter().map(|port| (*address, Some(*port))).collect(),
        });
        let lacking: Vec<(Key, usize)> = keys
            .filter_map(|key| self.book.lacks(key, now).map(|set| (key, set)))
            .collect();
        if lacking.is_empty() {
            return Ok(());
        }
        let mut batch = Messages::default();
        batch.add(BATCH_BEGIN, 0, 0, NF_TABLES, |_| {});
        for (key, set) in &lacking {
            let name = match key.1 {
                None => SETS_OF_ADDRESSES[*set],
                Some(_) => SETS_OF_PORTS[*set],
            };
            let flags = NLM_F_CREATE | NLM_F_ACK;
            batch.add(NEW_ELEMENTS, flags, FAMILY_INET, 0, |list| {
                element(list, name, *key);
            });
        }
        batch.add(BATCH_END, 0, 0, NF_TABLES, |_| {});
        batch.ask(&self.socket)?;
        for (key, set) in lacking {
            self.book.enter(key, set, now);
        }
        Ok(())
    }
}

fn element(list: &mut Attributes<'_>, set: &str, (address, port): Key) {
    let mut key = address.octets().to_vec();
    if let Some(port) = port {
        // Each part of a key takes whole words.
        key.extend(port.to_be_bytes());
        key.extend([0, 0]);
    }
    let life = u64::try_from(LIFE.as_millis()).unwrap_or(u64::MAX);
    list.text(LIST_TABLE, TABLE);
    list.text(LIST_SET, set);
    list.nest(LIST_ELEMENTS, |elements| {
        elements.nest(ELEMENT, |element| {
            element.nest(ELEMENT_KEY, |value| value.add(VALUE, &key));
            element.add(ELEMENT_TIMEOUT, &life.to_be_bytes());
        });
    });
}
