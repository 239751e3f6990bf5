//! Whether the engine and this machine have what desktops in containers need.

use std::path::Path;

use nen_host::Mode;

use super::ContainerConfig;
use super::engine::{Engine, Facts, owner};
use crate::machine::checks::{device, program, way_to_data};
use crate::{Check, DriverError};

/// Programs, what they are for, and the Debian package with them.
const PROGRAMS: [(&str, &str, &str); 2] = [
    ("slirp4netns", "carries desktops' network", "slirp4netns"),
    ("nft", "closes private addresses to them", "nftables"),
];

pub(super) async fn checks(config: &ContainerConfig) -> Vec<Check> {
    let is_root = rustix::process::geteuid().is_root();
    let mut checks: Vec<Check> = PROGRAMS
        .iter()
        .map(|(name, purpose, package)| program(name, purpose, package))
        .collect();
    if is_root {
        checks.push(way_to_data(&config.data_dir));
    }
    checks.push(device(is_root));
    let owned = user(&config.socket);
    let usable = owned.ok;
    checks.push(owned);
    if !usable {
        let programs = [
            ("podman", "makes containers", "podman"),
            ("newuidmap", "gives them users of their own", "uidmap"),
        ];
        checks.extend(programs.map(|(name, purpose, package)| program(name, purpose, package)));
    } else {
        let asked = match Engine::new(&config.socket) {
            Ok(engine) => ask(&engine, &config.image).await,
            Err(error) => Err(error),
        };
        match asked {
            Ok((facts, has_image)) => {
                checks.extend([
                    engine(&facts),
                    image(&config.image, has_image),
                    limits(&facts),
                ]);
            }
            Err(error) => checks.push(Check {
                name: "container engine".to_owned(),
                ok: false,
                required: true,
                detail: error.to_string(),
                fix: None,
            }),
        }
    }
    checks.push(disk());
    checks
}

async fn ask(engine: &Engine, image: &str) -> Result<(Facts, bool), DriverError> {
    Ok((engine.facts().await?, engine.has(image).await?))
}

/// As whom the engine runs decides as whom desktops do.
fn user(socket: &Path) -> Check {
    let mine = rustix::process::geteuid();
    let (ok, detail) = match owner(socket) {
        Err(error) => (
            false,
            format!("nobody answers at {}: {error}", socket.display()),
        ),
        Ok(0) => (
            false,
            "it runs as root, and so would be what breaks out of a container".to_owned(),
        ),
        Ok(user) if !mine.is_root() && user != mine.as_raw() => {
            (false, format!("it is that of user {user}"))
        }
        Ok(user) => (true, format!("runs as user {user}")),
    };
    Check {
        name: "container engine's socket".to_owned(),
        ok,
        required: true,
        detail,
        fix: (!ok).then(|| {
            "systemctl --user enable --now podman.socket, and --container-socket $XDG_RUNTIME_DIR/podman/podman.sock"
                .to_owned()
        }),
    }
}

fn engine(facts: &Facts) -> Check {
    Check {
        name: "container engine".to_owned(),
        ok: facts.is_podman,
        required: true,
        detail: match facts.is_podman {
            true => facts.name.clone(),
            false => format!(
                "{} cannot make the desktop's user the engine's, which Podman can",
                facts.name
            ),
        },
        fix: (!facts.is_podman).then(|| "apt install podman".to_owned()),
    }
}

fn image(name: &str, ok: bool) -> Check {
    Check {
        name: "desktop image".to_owned(),
        ok,
        required: true,
        detail: match ok {
            true => name.to_owned(),
            false => format!("the engine has no image {name}"),
        },
        fix: (!ok).then(|| "deploy/desktop/image.sh builds it, as the engine's user".to_owned()),
    }
}

fn limits(facts: &Facts) -> Check {
    let (mode, by_engine) = super::limits(facts);
    let ok = by_engine || mode != Mode::Rlimits;
    Check {
        name: "limits".to_owned(),
        ok,
        required: false,
        detail: match by_engine {
            true => "memory and processes, by the engine".to_owned(),
            false => mode.describe(),
        },
        fix: (!ok).then(|| {
            "run the server as root, or Podman in a session of systemd's with cgroup v2".to_owned()
        }),
    }
}

fn disk() -> Check {
    Check {
        name: "disk limit".to_owned(),
        ok: false,
        required: false,
        detail: "desktops in containers can fill the disk that the data folder is on".to_owned(),
        fix: Some("put the data folder on a volume of its own".to_owned()),
    }
}
