//! The engine that runs containers, by the Docker API.

use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::Duration;

use bollard::Docker;
use bollard::errors::Error;
use bollard::models::{
    ContainerCreateBody, SystemInfoCgroupDriverEnum, SystemInfoCgroupVersionEnum,
};
use bollard::query_parameters::{
    CreateContainerOptionsBuilder, ListContainersOptionsBuilder, RemoveContainerOptionsBuilder,
    WaitContainerOptions,
};
use futures_util::StreamExt as _;
use tokio::sync::oneshot;

use super::template::{DESKTOP, FOLDER};
use crate::DriverError;

/// Most seconds for one answer. Making and starting a container takes tenths of one; an image's first use copies much.
const TIMEOUT: u64 = 120;

/// Time to remove one whose processes have ended.
const REMOVAL: Duration = Duration::from_secs(20);

/// What the engine says about itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Facts {
    /// Its name and version, as it says.
    pub name: String,
    pub is_podman: bool,
    /// It can limit memory and processes of a container.
    pub limits: bool,
}

/// A connection to the engine, made anew for each request.
#[derive(Debug, Clone)]
pub(super) struct Engine {
    docker: Docker,
}

/// As whom the engine runs: who made its socket.
///
/// # Errors
/// When nobody answers there.
pub fn owner(socket: &Path) -> std::io::Result<u32> {
    let stream = UnixStream::connect(socket)?;
    let peer = rustix::net::sockopt::socket_peercred(&stream)?;
    Ok(peer.uid.as_raw())
}

impl Engine {
    /// Nothing is sent yet.
    pub fn new(socket: &Path) -> Result<Self, DriverError> {
        let path = socket.to_string_lossy();
        // Podman's, whose oldest supported version is far below, and whose newest is this one's in Debian 12.
        let version = bollard::ClientVersion {
            major_version: 1,
            minor_version: 41,
        };
        Docker::connect_with_unix(&path, TIMEOUT, &version)
            .map(|docker| Self { docker })
            .map_err(refused("connect to the container engine"))
    }

    pub async fn facts(&self) -> Result<Facts, DriverError> {
        let asking = refused("ask the container engine about itself");
        let version = self.docker.version().await.map_err(&asking)?;
        let info = self.docker.info().await.map_err(&asking)?;
        let components = version.components.unwrap_or_default();
        let main = components.first();
        let is_podman = main.is_some_and(|part| part.name.starts_with("Podman"));
        Ok(Facts {
            name: main.map_or_else(
                || "an engine without a name".to_owned(),
                |part| format!("{} {}", part.name, part.version),
            ),
            is_podman,
            // What it says of memory and processes is about the kernel. An ordinary user's engine can limit them in the groups
            // that systemd gave him, which are of the second version.
            limits: info.cgroup_version == Some(SystemInfoCgroupVersionEnum::_2)
                && info.cgroup_driver == Some(SystemInfoCgroupDriverEnum::SYSTEMD)
                && info.memory_limit == Some(true)
                && info.pids_limit == Some(true),
        })
    }

    /// Whether the image is there.
    pub async fn has(&self, image: &str) -> Result<bool, DriverError> {
        match self.docker.inspect_image(image).await {
            Ok(_) => Ok(true),
            Err(error) if is_missing(&error) => Ok(false),
            Err(error) => Err(refused("look for the desktops' image")(error)),
        }
    }

    /// Makes a container and starts it. When nobody waits for that any more, it is removed as soon as it is there.
    pub async fn run(&self, name: &str, body: ContainerCreateBody) -> Result<(), DriverError> {
        let (tell, told) = oneshot::channel();
        let (engine, name) = (self.clone(), name.to_owned());
        tokio::spawn(async move {
            let made = engine.make(&name, body).await;
            if tell.send(made).is_err()
                && let Err(error) = engine.remove(&name).await
            {
                tracing::error!(name, %error, "A container that is nobody's stays until the server starts again");
            }
        });
        told.await
            .unwrap_or_else(|_| Err(DriverError::Host("the server is ending".to_owned())))
    }

    async fn make(&self, name: &str, body: ContainerCreateBody) -> Result<(), DriverError> {
        if let Err(error) = self.create(name, body.clone()).await {
            // The engine may have made one that nobody waited for any more.
            tracing::warn!(name, %error, "Trying again to make a container");
            self.remove(name).await?;
            self.create(name, body).await?;
        }
        self.docker
            .start_container(name, None)
            .await
            .map_err(refused("start the desktop's container"))
    }

    async fn create(&self, name: &str, body: ContainerCreateBody) -> Result<(), DriverError> {
        let options = CreateContainerOptionsBuilder::default().name(name).build();
        let made = self.docker.create_container(Some(options), body).await;
        made.map(drop)
            .map_err(refused("make the desktop's container"))
    }

    /// Stops all processes of a container where they are, or lets them go on.
    pub async fn set_paused(&self, name: &str, paused: bool) -> Result<(), DriverError> {
        let done = match paused {
            true => self.docker.pause_container(name).await,
            false => self.docker.unpause_container(name).await,
        };
        let Err(error) = done else { return Ok(()) };
        // It refuses what is so already.
        let found = self.docker.inspect_container(name, None).await;
        match found.ok().and_then(|found| found.state?.paused) {
            Some(found) if found == paused => Ok(()),
            _ => Err(refused("pause or resume the desktop's container")(error)),
        }
    }

    /// The number of a container's first process on this machine. None: it has ended already.
    pub async fn first_process(&self, name: &str) -> Result<Option<i32>, DriverError> {
        let found = self.docker.inspect_container(name, None).await;
        let found = found.map_err(refused("look at the desktop's container"))?;
        let pid = found.state.and_then(|state| state.pid);
        Ok(pid
            .and_then(|pid| i32::try_from(pid).ok())
            .filter(|pid| *pid > 0))
    }

    /// The status with which a container has ended. Only for one whose first process is gone: as long as somebody waits,
    /// Podman looks at its containers four times a second, also when whoever asked is gone. None: the engine lost it, or is
    /// away.
    pub async fn status(&self, name: &str) -> Option<i64> {
        let options = WaitContainerOptions {
            condition: "not-running".to_owned(),
        };
        match self.docker.wait_container(name, Some(options)).next().await {
            Some(Ok(ended)) => Some(ended.status_code),
            Some(Err(Error::DockerContainerWaitError { code, .. })) => Some(code),
            _ => None,
        }
    }

    /// Whether the kernel has ended one of its processes for want of memory.
    pub async fn ran_out_of_memory(&self, name: &str) -> bool {
        let found = self.docker.inspect_container(name, None).await;
        found.is_ok_and(|found| found.state.and_then(|state| state.oom_killed) == Some(true))
    }

    /// The ids of desktops that there are containers of, running or not, for a data folder.
    pub async fn desktops_of(&self, tag: &str) -> Result<Vec<String>, DriverError> {
        let filters = [("label", vec![format!("{FOLDER}={tag}")])];
        let options = ListContainersOptionsBuilder::default()
            .all(true)
            .filters(&filters.into())
            .build();
        let found = self.docker.list_containers(Some(options)).await;
        let found = found.map_err(refused("list the desktops' containers"))?;
        Ok(found
            .into_iter()
            .filter_map(|container| container.labels?.remove(DESKTOP))
            .collect())
    }

    /// Ends a container and removes it with all that it wrote into itself. Fine when there is none.
    pub async fn remove(&self, name: &str) -> Result<(), DriverError> {
        let removed = async {
            if self.remove_once(name).await.is_ok() {
                return Ok(());
            }
            // Podman fails to kill one that ends at that moment.
            self.status(name).await;
            self.remove_once(name).await
        };
        match tokio::time::timeout(REMOVAL, removed).await {
            Ok(removed) => removed.map_err(refused("remove the desktop's container")),
            Err(_) => Err(DriverError::Host(format!(
                "the container engine did not remove {name} within {} s",
                REMOVAL.as_secs()
            ))),
        }
    }

    async fn remove_once(&self, name: &str) -> Result<(), Error> {
        let options = RemoveContainerOptionsBuilder::default()
            .force(true)
            .v(true)
            .build();
        match self.docker.remove_container(name, Some(options)).await {
            Err(error) if !is_missing(&error) => Err(error),
            _ => Ok(()),
        }
    }
}

fn is_missing(error: &Error) -> bool {
    matches!(
        error,
        Error::DockerResponseServerError {
            status_code: 404,
            ..
        }
    )
}

fn refused(what: &'static str) -> impl Fn(Error) -> DriverError {
    move |error| match error {
        Error::DockerResponseServerError { message, .. } => {
            DriverError::Host(format!("could not {what}: {message}"))
        }
        other => {
            // Its own words are about the client; why is told by what is behind them.
            let causes =
                std::iter::successors(std::error::Error::source(&other), |cause| cause.source());
            let last = causes
                .last()
                .map_or_else(|| other.to_string(), ToString::to_string);
            DriverError::Host(format!(
                "could not {what}: the container engine is away: {last}"
            ))
        }
    }
}
