use std::io::{BufRead as _, BufReader};
use std::os::fd::AsRawFd as _;
use std::process::{Child, Command};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::{FdFlags, fcntl_setfd};
use tokio::sync::oneshot;

use super::program;
use crate::config::Config;
use crate::run::RunError;

/// How long the X server may take until it accepts connections; 100 ms is usual.
const DEADLINE_SECONDS: i64 = 10;

/// The X server: Xvnc, which is an X server and a damage-aware RFB server for the live view in one.
pub(crate) struct XServer {
    display: String,
    ended: oneshot::Receiver<String>,
}

impl XServer {
    /// Starts it and waits until it accepts connections.
    pub(crate) fn start(config: &Config) -> Result<Self, RunError> {
        let (reader, writer) = std::io::pipe().map_err(RunError::system("make a pipe"))?;
        fcntl_setfd(&writer, FdFlags::empty())
            .map_err(|error| RunError::system("hand a pipe on")(error.into()))?;
        let mut child = command(config, writer.as_raw_fd())
            .spawn()
            .map_err(RunError::system(
                "start Xvnc (Debian package tigervnc-standalone-server)",
            ))?;
        drop(writer);
        let number = read_number(reader, &mut child)?;
        let (tell, ended) = oneshot::channel();
        std::thread::Builder::new()
            .name("x-server".into())
            .stack_size(64 * 1024)
            .spawn(move || {
                let reason = match child.wait() {
                    Ok(status) => format!("the X server ended: {status}"),
                    Err(error) => format!("the X server is lost: {error}"),
                };
                // An error only says that the controller ends already.
                let _ = tell.send(reason);
            })
            .map_err(RunError::system("watch the X server"))?;
        Ok(Self {
            display: format!(":{number}"),
            ended,
        })
    }

    /// As in `DISPLAY`.
    pub(crate) fn display(&self) -> &str {
        &self.display
    }

    /// Returns why it ended, once it has.
    pub(crate) async fn ended(self) -> String {
        self.ended
            .await
            .unwrap_or_else(|_| "the X server is not watched any more".into())
    }
}

fn command(config: &Config, display_fd: i32) -> Command {
    let mut command = program(config, "Xvnc");
    let geometry = format!("{}x{}", config.display.width, config.display.height);
    command
        .args(["-geometry", &geometry, "-depth", "24", "-dpi", "96"])
        .args(["-displayfd", &display_fd.to_string()])
        // Programs of the desktop's own user only, by local sockets only.
        .args(["-nolisten", "tcp", "-noreset"])
        // No screen saver: an agent that thinks for ten minutes must find what it left.
        .args([
            "-s",
            "0",
            "-dpms",
            "-br",
            "-fp",
            "built-ins",
            "-extension",
            "GLX",
        ])
        // The live view: reached through the controller's socket only, which asks for a token.
        .args([
            "-rfbport",
            "-1",
            "-rfbunixmode",
            "0600",
            "-SecurityTypes",
            "None",
        ])
        .arg("-rfbunixpath")
        .arg(config.rfb_socket())
        .args(["-AlwaysShared", "-UseBlacklist=0", "-desktop", "Nen"])
        // The size is what agents were told; viewers scale.
        .args(["-AcceptSetDesktopSize=0", "-MaxCutText", "16777216"])
        .args([
            "-SetPrimary=0",
            "-SendPrimary=0",
            "-FrameRate",
            "60",
            "-CompareFB",
            "2",
        ]);
    command
}

/// The display's number, which the server writes once it accepts connections.
fn read_number(reader: std::io::PipeReader, child: &mut Child) -> Result<u32, RunError> {
    let timeout = Timespec {
        tv_sec: DEADLINE_SECONDS,
        tv_nsec: 0,
    };
    let mut fds = [PollFd::new(&reader, PollFlags::IN)];
    let readable = poll(&mut fds, Some(&timeout)).is_ok_and(|count| count > 0);
    let mut line = String::new();
    if readable {
        // Ends at once with nothing when the server died and so closed its end.
        let _ = BufReader::new(reader).read_line(&mut line);
    }
    line.trim().parse().map_err(|_| {
        // It may still run, or be gone already; either way it is not wanted any more.
        let _ = child.kill();
        let status = child
            .wait()
            .map_or_else(|e| e.to_string(), |s| s.to_string());
        RunError::Part(format!(
            "the X server did not start ({status}); its own words are in the log"
        ))
    })
}
