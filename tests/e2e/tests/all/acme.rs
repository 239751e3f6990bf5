//! Certificates of an authority: got, shown, kept and renewed, whatever the authority does.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use nen_e2e::{Authority, Called, Caller, Options, Server, until_within};

const NAMES: [&str; 2] = ["nen.example.com", "desk.example.com"];
/// Longer than the first wait after a failure, and what a busy machine needs.
const PATIENCE: Duration = Duration::from_secs(60);
const NINETY_DAYS: Duration = Duration::from_secs(90 * 24 * 3600);
/// What the log says about each attempt, and about each that failed.
const ASKING: &str = "Asking for a certificate";
const FAILED: &str = "No certificate could be got";

fn logged(server: &Server, what: &str) -> usize {
    server.log().matches(what).count()
}

/// Waits until a caller who trusts the authority only is answered under this name.
fn answered(authority: &Authority, name: &str) -> Called {
    let caller = Caller::trusting(&authority.root());
    until_within(PATIENCE, "a certificate of the authority is shown", || {
        let called = caller.get(authority.looks_at(), name, "/health").ok()?;
        assert!(
            called.answer.starts_with("HTTP/1.1 200"),
            "{}",
            called.answer
        );
        Some(called)
    })
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

/// The one authority's folder below `acme`.
fn kept(server: &Server) -> PathBuf {
    let folder = server.data_dir().join("acme");
    assert_eq!(mode(&folder), 0o700);
    let mut entries = fs::read_dir(folder).unwrap();
    let kept = entries.next().unwrap().unwrap().path();
    assert!(entries.next().is_none(), "there was one authority only");
    kept
}

#[test]
fn a_certificate_is_got_as_soon_as_the_authority_gives_one_and_kept() {
    let mut authority = Authority::giving(NINETY_DAYS);
    // The authority is down: the server starts all the same, shows nothing, and says so.
    let mut server = Server::start_with(authority.options(&NAMES));
    assert_eq!(server.url(), "https://nen.example.com");
    until_within(PATIENCE, "the failure is logged", || {
        (logged(&server, FAILED) > 0).then_some(())
    });
    assert!(server.log().contains("until there is one, nobody can call"));
    // A handshake ends by the server's word, not because somebody did not like what was shown.
    let refused = |error: std::io::Error| assert!(error.to_string().contains("alert"), "{error}");
    let server_at = authority.looks_at();
    let looking = Caller::trusting(authority.own()).speaking("acme-tls/1");
    for caller in [&Caller::trusting(authority.own()), &looking] {
        refused(caller.get(server_at, NAMES[0], "/health").unwrap_err());
    }

    // It is tried again, and there it is, for both names.
    authority.start();
    let first = answered(&authority, NAMES[0]).certificate;
    assert_eq!(answered(&authority, NAMES[1]).certificate, first);
    // Who speaks as the authority does when it looks is shown nothing: nothing is to be proven.
    refused(looking.get(server_at, NAMES[0], "/health").unwrap_err());
    let folder = kept(&server);
    assert_eq!(mode(&folder), 0o700);
    for name in ["account.json", "certificate.pem"] {
        assert_eq!(mode(&folder.join(name)), 0o600, "{name}");
    }

    // The next start shows the same, and asks nobody: there is nobody to ask.
    let (root, asked) = (authority.root(), logged(&server, ASKING));
    server.stop();
    authority.stop();
    server.run();
    let again = Caller::trusting(&root).get(server_at, NAMES[0], "/health");
    assert_eq!(again.unwrap().certificate, first);
    server.stop();
    assert_eq!(logged(&server, ASKING), asked);

    // Half a certificate, an account of which half is there, and one that the authority does not know any more.
    let certificate = folder.join("certificate.pem");
    let whole = fs::read_to_string(&certificate).unwrap();
    let account = fs::read_to_string(folder.join("account.json")).unwrap();
    fs::write(&certificate, &whole[..whole.len() / 3]).unwrap();
    authority.start();
    server.run();
    let second = answered(&authority, NAMES[0]).certificate;
    assert_ne!(second, first);
    assert!(server.log().contains("The kept certificate cannot be used"));
    assert!(
        server
            .log()
            .contains("The authority does not know the account")
    );
    server.stop();
    fs::write(folder.join("account.json"), &account[..account.len() / 2]).unwrap();
    fs::remove_file(&certificate).unwrap();
    server.run();
    assert_ne!(answered(&authority, NAMES[0]).certificate, second);
    assert!(server.log().contains("The kept account cannot be read"));
}

#[test]
fn a_certificate_is_renewed_in_time_and_stays_when_it_cannot_be() {
    let mut authority = Authority::giving(Duration::from_secs(9));
    authority.start();
    let server = Server::start_with(authority.options(&NAMES[..1]));
    let first = answered(&authority, NAMES[0]).certificate;
    until_within(PATIENCE, "it is renewed while the server runs", || {
        let second = answered(&authority, NAMES[0]).certificate;
        (second != first).then_some(())
    });
    assert_eq!(logged(&server, FAILED), 0);

    let caller = Caller::trusting(&authority.root());
    authority.stop();
    until_within(PATIENCE, "renewing it fails", || {
        (logged(&server, FAILED) > 0).then_some(())
    });
    assert!(server.log().contains("the one there is ends at"));
    // It is shown as before. Whether it has ended meanwhile is for the caller to say, who has seen it then.
    if let Err(error) = caller.get(authority.looks_at(), NAMES[0], "/health") {
        let error = error.to_string();
        assert!(error.contains("invalid peer certificate"), "{error}");
    }
}

#[test]
fn who_looks_for_the_reason_finds_it_in_the_log() {
    let mut authority = Authority::giving(NINETY_DAYS);
    authority.start();
    let elsewhere = (authority.looks_at().ip(), 0);
    let server = Server::start_with(Options {
        listen: Some(std::net::SocketAddr::from(elsewhere).to_string()),
        ..authority.options(&NAMES[..1])
    });
    until_within(PATIENCE, "the failure is logged", || {
        (logged(&server, FAILED) > 0).then_some(())
    });
    let log = server.log();
    for said in [
        "could not confirm that nen.example.com is this server",
        "port 443",
    ] {
        assert!(log.contains(said), "{log}");
    }
}
