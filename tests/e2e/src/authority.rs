use std::fs::{self, File};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;

use rcgen::{CertifiedKey, generate_simple_self_signed};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use serde_json::json;
use tempfile::TempDir;

use crate::{Caller, Options, repository, until};

/// Where things are on the authority's loopback address.
const DIRECTORY: u16 = 14000;
const MANAGEMENT: u16 = 15000;
const DNS: u16 = 8053;
/// Where it looks for servers that want a certificate, instead of at port 443.
const LOOKS_AT: u16 = 8443;

/// Let's Encrypt's own test authority, Pebble, and its DNS server, which knows every name to be at one address. Both are on
/// a loopback address of their own, so that tests can run beside each other.
#[derive(Debug)]
pub struct Authority {
    address: Ipv4Addr,
    folder: TempDir,
    own: CertificateDer<'static>,
    running: Vec<Child>,
}

impl Authority {
    /// One that gives certificates for this long. It is not started yet.
    pub fn giving(life: Duration) -> Self {
        static NEXT: AtomicU8 = AtomicU8::new(64);
        let [.., high, low] = std::process::id().to_be_bytes();
        let address = Ipv4Addr::new(127, NEXT.fetch_add(1, Ordering::Relaxed), high, low);
        let folder = tempfile::tempdir().unwrap();
        let CertifiedKey { cert, signing_key } =
            generate_simple_self_signed([address.to_string()]).unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::write(at("own.pem"), cert.pem()).unwrap();
        fs::write(at("key.pem"), signing_key.serialize_pem()).unwrap();
        let config = json!({"pebble": {
            "listenAddress": format!("{address}:{DIRECTORY}"),
            "managementListenAddress": format!("{address}:{MANAGEMENT}"),
            "certificate": at("own.pem"),
            "privateKey": at("key.pem"),
            "tlsPort": LOOKS_AT,
            "httpPort": 5002,
            "ocspResponderURL": "",
            "externalAccountBindingRequired": false,
            "keyAlgorithm": "ecdsa",
            "retryAfter": {"authz": 0, "order": 0},
            "profiles": {"only": {"description": "the only one", "validityPeriod": life.as_secs()}},
        }});
        fs::write(at("config.json"), config.to_string()).unwrap();
        Self {
            address,
            own: cert.der().clone(),
            folder,
            running: Vec::new(),
        }
    }

    /// Starts it, with a root that it did not have before and no account.
    pub fn start(&mut self) {
        assert!(self.running.is_empty(), "it runs already");
        let address = self.address;
        let mut dns = self.command("pebble-challtestsrv");
        dns.args(["-dnsserver", &format!("{address}:{DNS}")])
            .args(["-management", &format!("{address}:8055")])
            .args(["-defaultIPv4", &address.to_string()])
            .args(["-defaultIPv6", "", "-http01", "", "-https01", ""])
            .args(["-tlsalpn01", "", "-doh", ""]);
        let mut authority = self.command("pebble");
        authority
            .arg("-config")
            .arg(self.folder.path().join("config.json"))
            .args(["-dnsserver", &format!("{address}:{DNS}")])
            .env("PEBBLE_VA_NOSLEEP", "1")
            // Each order is proven anew.
            .env("PEBBLE_AUTHZREUSE", "0");
        self.running = vec![dns.spawn().unwrap(), authority.spawn().unwrap()];
        for port in [DNS, MANAGEMENT, DIRECTORY] {
            until("the authority answers", || {
                TcpStream::connect((address, port)).ok()
            });
        }
    }

    /// Ends it.
    pub fn stop(&mut self) {
        for mut child in self.running.drain(..) {
            child.kill().unwrap();
            child.wait().unwrap();
        }
    }

    /// A program of set-up's that goes with the test and says what it does in the folder.
    fn command(&self, name: &str) -> Command {
        let program: PathBuf = repository().join(".tools/bin").join(name);
        assert!(
            program.exists(),
            "{} is not there: run `make setup-tests`",
            program.display()
        );
        let said = File::create(self.folder.path().join(format!("{name}.log"))).unwrap();
        let mut command = Command::new("setpriv");
        command
            .args(["--pdeathsig", "KILL", "--"])
            .arg(program)
            .stdin(Stdio::null())
            .stderr(said.try_clone().unwrap())
            .stdout(said);
        command
    }

    /// Options of a server that asks it for a certificate for these names.
    pub fn options(&self, names: &[&str]) -> Options {
        let directory = format!("https://{}:{DIRECTORY}/dir", self.address);
        let own = self.folder.path().join("own.pem").display().to_string();
        let mut arguments = vec!["--acme-directory", &directory, "--acme-ca", &own];
        for name in names {
            arguments.extend(["--acme-domain", name]);
        }
        Options {
            listen: Some(self.looks_at().to_string()),
            ..Options::with(&arguments).variable("NEN_LOG", "info")
        }
    }

    /// Where it looks for the server.
    pub fn looks_at(&self) -> SocketAddr {
        (self.address, LOOKS_AT).into()
    }

    /// What its own HTTPS is trusted by, which nothing that it gives is.
    pub fn own(&self) -> &CertificateDer<'static> {
        &self.own
    }

    /// The root of what it gives.
    pub fn root(&self) -> CertificateDer<'static> {
        let management = (self.address, MANAGEMENT).into();
        let named = self.address.to_string();
        let called = Caller::trusting(&self.own).get(management, &named, "/roots/0");
        CertificateDer::from_pem_slice(called.unwrap().answer.as_bytes()).unwrap()
    }
}

impl Drop for Authority {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let said = fs::read_to_string(self.folder.path().join("pebble.log"));
            eprintln!("{}", said.unwrap_or_default());
        }
        self.stop();
    }
}
