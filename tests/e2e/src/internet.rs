//! An internet of the test's own: a network namespace with web sites and a name server in it, joined by a cable to one
//! where the test and its servers are.

use std::collections::BTreeMap;
use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream, UdpSocket};
use std::process::Command;
use std::sync::mpsc;
use std::sync::{Arc, Mutex};

use rustix::thread::{UnshareFlags, gettid, unshare_unsafe};

use crate::Site;

/// The address of the server's machine, which is closed to its desktops.
const MACHINE: &str = "203.0.113.1";
/// The name server, and the way to everything else.
const RESOLVER: &str = "203.0.113.2";
/// Further addresses on that side.
const ADDRESSES: [&str; 5] = [
    "203.0.113.10",
    "203.0.113.20",
    "203.0.113.30",
    "198.51.100.7",
    "198.51.100.53",
];

/// What a name leads to.
#[derive(Debug, Clone)]
pub enum Leads {
    /// These addresses.
    To(Vec<Ipv4Addr>),
    /// This name.
    Alias(String),
}

/// It stays as long as the test's process; nothing of it can be seen from outside.
#[derive(Debug, Clone)]
pub struct Internet {
    names: Arc<Mutex<BTreeMap<String, Leads>>>,
    asked: Arc<Mutex<Vec<String>>>,
    sites: BTreeMap<(String, u16), Site>,
}

impl Internet {
    /// Puts this thread, and what it starts from now on, into a network namespace of its own that leads to a new internet
    /// with web sites at these places and nowhere else. None: that needs root.
    pub fn around_this_thread(sites: &[(&str, u16)], page: &str) -> Option<Self> {
        if !rustix::process::geteuid().is_root() {
            return None;
        }
        leave(UnshareFlags::NEWNET | UnshareFlags::NEWNS);
        run("mount", &["--make-rprivate", "/"]);
        let resolvers = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(resolvers.path(), format!("nameserver {RESOLVER}\n")).unwrap();
        let mode = std::os::unix::fs::PermissionsExt::from_mode(0o644);
        std::fs::set_permissions(resolvers.path(), mode).unwrap();
        let from = resolvers.path().to_string_lossy().into_owned();
        run("mount", &["--bind", &from, "/etc/resolv.conf"]);
        run("ip", &["link", "set", "lo", "up"]);

        let (tell_thread, thread) = mpsc::channel();
        let (tell_joined, joined) = mpsc::channel::<()>();
        let (tell_there, there) = mpsc::channel();
        let wanted: Vec<(String, u16)> = sites
            .iter()
            .map(|(at, port)| ((*at).to_owned(), *port))
            .collect();
        let page = page.to_owned();
        std::thread::spawn(move || {
            leave(UnshareFlags::NEWNET);
            tell_thread
                .send(gettid().as_raw_nonzero().to_string())
                .unwrap();
            joined.recv().unwrap();
            tell_there.send(Self::inhabit(wanted, &page)).unwrap();
        });
        let far = thread.recv().unwrap();
        run(
            "ip",
            &[
                "link", "add", "near", "type", "veth", "peer", "name", "far", "netns", &far,
            ],
        );
        run(
            "ip",
            &["address", "add", &format!("{MACHINE}/24"), "dev", "near"],
        );
        run("ip", &["link", "set", "near", "up"]);
        run("ip", &["route", "add", "default", "via", RESOLVER]);
        tell_joined.send(()).unwrap();
        Some(there.recv().unwrap())
    }

    fn inhabit(wanted: Vec<(String, u16)>, page: &str) -> Self {
        run("ip", &["link", "set", "lo", "up"]);
        run(
            "ip",
            &["address", "add", &format!("{RESOLVER}/24"), "dev", "far"],
        );
        for address in ADDRESSES {
            run(
                "ip",
                &["address", "add", &format!("{address}/32"), "dev", "lo"],
            );
        }
        run("ip", &["link", "set", "far", "up"]);
        let sites = wanted.into_iter().map(|(address, port)| {
            let listener = TcpListener::bind((address.as_str(), port)).unwrap();
            let site = Site::page_at(listener, page);
            ((address, port), site)
        });
        let internet = Self {
            sites: sites.collect(),
            names: Arc::default(),
            asked: Arc::default(),
        };
        for address in [RESOLVER, "198.51.100.53"] {
            let socket = UdpSocket::bind((address, 53)).unwrap();
            let here = internet.clone();
            std::thread::spawn(move || here.answer_by_udp(&socket));
            let listener = TcpListener::bind((address, 53)).unwrap();
            let here = internet.clone();
            std::thread::spawn(move || {
                for stream in listener.incoming().flatten() {
                    // Whoever goes away early gets nothing.
                    let _ = here.answer_by_tcp(stream);
                }
            });
        }
        internet
    }

    /// From now on the name leads there.
    pub fn name(&self, name: &str, leads: Leads) {
        self.names.lock().unwrap().insert(name.to_owned(), leads);
    }

    /// Every name that was asked for, with the number of what was asked about it.
    pub fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }

    /// The web site at a place.
    pub fn site(&self, address: &str, port: u16) -> &Site {
        &self.sites[&(address.to_owned(), port)]
    }

    fn answer_by_udp(&self, socket: &UdpSocket) {
        let mut buffer = [0; 2048];
        while let Ok((length, from)) = socket.recv_from(&mut buffer) {
            if let Some(answer) = self.answer(&buffer[..length]) {
                let _ = socket.send_to(&answer, from);
            }
        }
    }

    fn answer_by_tcp(&self, mut stream: TcpStream) -> std::io::Result<()> {
        let mut length = [0; 2];
        stream.read_exact(&mut length)?;
        let mut question = vec![0; usize::from(u16::from_be_bytes(length))];
        stream.read_exact(&mut question)?;
        let answer = self.answer(&question).unwrap_or_default();
        stream.write_all(&u16::try_from(answer.len()).unwrap().to_be_bytes())?;
        stream.write_all(&answer)
    }

    /// Answers a question as a resolver does: with the aliases, and the addresses at their end.
    fn answer(&self, question: &[u8]) -> Option<Vec<u8>> {
        let (mut at, mut labels) = (12, Vec::new());
        while let length @ 1.. = usize::from(*question.get(at)?) {
            let label = question.get(at + 1..at + 1 + length)?;
            labels.push(String::from_utf8_lossy(label).to_lowercase());
            at += 1 + length;
        }
        let kind = u16::from_be_bytes([*question.get(at + 1)?, *question.get(at + 2)?]);
        let mut name = labels.join(".");
        self.asked.lock().unwrap().push(format!("{name} {kind}"));
        let names = self.names.lock().unwrap();
        let mut records = Vec::new();
        while let (1, Some(leads)) = (kind, names.get(&name)) {
            match leads {
                Leads::To(addresses) => {
                    for address in addresses {
                        records.push(record(&name, 1, &address.octets()));
                    }
                    break;
                }
                Leads::Alias(target) => {
                    records.push(record(&name, 5, &wire(target)));
                    name.clone_from(target);
                }
            }
        }
        let code = if names.contains_key(&labels.join(".")) {
            0
        } else {
            3
        };
        let mut answer = question[..2].to_vec();
        answer.extend([
            0x81,
            0x80 | code,
            0,
            1,
            0,
            u8::try_from(records.len()).unwrap(),
            0,
            0,
            0,
            0,
        ]);
        answer.extend(&question[12..at + 5]);
        records.iter().for_each(|record| answer.extend(record));
        Some(answer)
    }
}

fn wire(name: &str) -> Vec<u8> {
    let labels = name.split('.').flat_map(|label| {
        let length = u8::try_from(label.len()).unwrap();
        std::iter::once(length).chain(label.bytes())
    });
    labels.chain([0]).collect()
}

/// One record, which holds for no time at all.
fn record(name: &str, kind: u8, data: &[u8]) -> Vec<u8> {
    let mut record = wire(name);
    record.extend([
        0,
        kind,
        0,
        1,
        0,
        0,
        0,
        0,
        0,
        u8::try_from(data.len()).unwrap(),
    ]);
    record.extend(data);
    record
}

fn leave(namespaces: UnshareFlags) {
    // SAFETY: of what this thread shares with others only these namespaces change, and for this thread alone.
    unsafe { unshare_unsafe(namespaces) }.unwrap();
}

fn run(program: &str, arguments: &[&str]) {
    let done = Command::new(program).args(arguments).output().unwrap();
    assert!(
        done.status.success(),
        "{program} {arguments:?}: {}",
        String::from_utf8_lossy(&done.stderr)
    );
}
