//! Where desktops run: from flags to a driver.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use anyhow::Context as _;
use clap::{Args, ValueEnum};
use nen_backup::Owners;
use nen_fleet::{
    Check, Driver,
    container::{ContainerConfig, ContainerDriver, IMAGE, engine_owner},
    local::{FIRST_USER, LocalConfig, LocalDriver},
};

/// What makes a desktop's walls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Kind {
    /// Namespaces made by bubblewrap
    Local,
    /// Containers of rootless Podman
    Container,
}

/// Where desktops run.
#[derive(Debug, Clone, Args)]
pub struct DriverArgs {
    /// What desktops are made of, on this machine
    #[arg(long, env = "NEN_DRIVER", value_enum, default_value = "local")]
    driver: Kind,
    /// Socket of rootless Podman, whose user desktops run as [default: $XDG_RUNTIME_DIR/podman/podman.sock]
    #[arg(long, env = "NEN_CONTAINER_SOCKET", value_name = "PATH")]
    container_socket: Option<PathBuf>,
    /// Image that desktops in containers are made from; deploy/desktop/image.sh builds it
    #[arg(long, env = "NEN_CONTAINER_IMAGE", default_value = IMAGE, value_name = "IMAGE")]
    container_image: String,
}

/// What every driver is told.
#[derive(Debug)]
pub struct Room<'a> {
    /// The server's data directory.
    pub data_dir: &'a Path,
    /// Loopback ports that desktops reach as `host.nen`.
    pub expose_host_ports: &'a [u16],
    /// MiB per desktop.
    pub memory_limit_mb: u64,
    /// MiB that one desktop may keep on disk; 0 for no limit.
    pub disk_limit_mb: u64,
    /// Processes and threads per desktop.
    pub process_limit: u64,
}

impl DriverArgs {
    /// Opens the driver, which takes the data directory's lock.
    pub async fn open(&self, room: &Room<'_>) -> anyhow::Result<Arc<dyn Driver>> {
        Ok(match self.driver {
            Kind::Local => {
                let mut config = local(room.data_dir)?;
                config.expose_host_ports = room.expose_host_ports.to_vec();
                config.memory_limit_mb = room.memory_limit_mb;
                config.disk_limit_mb = room.disk_limit_mb;
                config.process_limit = room.process_limit;
                Arc::new(LocalDriver::new(config)?)
            }
            Kind::Container => Arc::new(ContainerDriver::new(self.container(room)?).await?),
        })
    }

    /// Looks at this machine without touching a running server.
    pub async fn checks(&self, data_dir: &Path) -> anyhow::Result<Vec<Check>> {
        let local = local(data_dir)?;
        Ok(match self.driver {
            Kind::Local => LocalDriver::checks(&local).await,
            Kind::Container => {
                let room = Room {
                    data_dir,
                    expose_host_ports: &[],
                    memory_limit_mb: local.memory_limit_mb,
                    disk_limit_mb: 0,
                    process_limit: local.process_limit,
                };
                ContainerDriver::checks(&self.container(&room)?).await
            }
        })
    }

    /// Whom the files of desktops belong to.
    pub fn owners(&self) -> anyhow::Result<Owners> {
        if !rustix::process::geteuid().is_root() {
            return Ok(Owners::Mine);
        }
        Ok(match self.driver {
            Kind::Local => Owners::Each(FIRST_USER),
            Kind::Container => {
                let socket = self.socket()?;
                let user = engine_owner(&socket)
                    .with_context(|| format!("no container engine at {}", socket.display()))?;
                Owners::All(user)
            }
        })
    }

    fn socket(&self) -> anyhow::Result<PathBuf> {
        let socket = self.container_socket.clone().or_else(usual_socket);
        socket.context("no XDG_RUNTIME_DIR: say where Podman's socket is with --container-socket")
    }

    fn container(&self, room: &Room<'_>) -> anyhow::Result<ContainerConfig> {
        Ok(ContainerConfig {
            data_dir: room.data_dir.to_owned(),
            nen_bin: own_binary()?,
            socket: self.socket()?,
            image: self.container_image.clone(),
            expose_host_ports: room.expose_host_ports.to_vec(),
            memory_limit_mb: room.memory_limit_mb,
            disk_limit_mb: room.disk_limit_mb,
            process_limit: room.process_limit,
        })
    }
}

fn local(data_dir: &Path) -> anyhow::Result<LocalConfig> {
    Ok(LocalConfig::new(data_dir.to_owned(), own_binary()?))
}

fn usual_socket() -> Option<PathBuf> {
    let runtime = std::env::var_os("XDG_RUNTIME_DIR").filter(|folder| !folder.is_empty())?;
    Some(PathBuf::from(runtime).join("podman/podman.sock"))
}

/// This program's file, also when it was replaced by a newer build meanwhile.
fn own_binary() -> anyhow::Result<PathBuf> {
    std::env::current_exe().context("cannot find the file of this program")
}
