use std::io::{Read as _, Write as _};
use std::os::fd::OwnedFd;
use std::os::unix::process::CommandExt as _;
use std::process::{Child, ChildStdin, Stdio};
use std::time::{Duration, Instant};

use nen_protocol::action::Bash;
use nen_protocol::execute::ActionResult;
use nen_screen::Cancel;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{Pid, Signal, kill_process_group};

use crate::config::Config;
use crate::session::application;

/// Longest output that is given back whole, in characters; a longer one keeps its head and tail.
const MAX_OUTPUT: usize = 10_000;
/// Bytes kept of an output while it comes, so that an endless one fills no memory.
const MAX_HELD: usize = 4 * 1024 * 1024;

/// The `bash` tool: one shell that lives from call to call.
pub(super) struct Shell {
    config: Config,
    running: Option<Running>,
}

struct Running {
    child: Child,
    stdin: ChildStdin,
    output: std::fs::File,
}

enum End {
    /// With the command's exit code.
    Done(i32),
    TimedOut,
    Cancelled,
    ShellEnded,
}

impl Shell {
    pub(super) fn new(config: &Config) -> Self {
        Self {
            config: config.clone(),
            running: None,
        }
    }

    /// Does it. How a command ends is its result, whatever its exit code; only a shell that cannot be
    /// had is a failure.
    pub(super) fn perform(
        &mut self,
        action: &Bash,
        cancel: &Cancel,
    ) -> Result<ActionResult, String> {
        match action {
            Bash::Restart => {
                self.stop();
                Ok(ActionResult::ok("the shell was restarted"))
            }
            Bash::Run { command, timeout } => self
                .run(command, *timeout, cancel)
                .map(ActionResult::ok)
                .map_err(|error| {
                    self.stop();
                    format!("the shell failed: {error}")
                }),
        }
    }

    fn run(&mut self, command: &str, timeout: f64, cancel: &Cancel) -> std::io::Result<String> {
        let deadline = Instant::now() + Duration::from_secs_f64(timeout);
        let running = match &mut self.running {
            Some(running) => running,
            none => none.insert(start(&self.config)?),
        };
        let marker = marker()?;
        running.send(command, &marker)?;
        let (text, end) = running.read_until(&marker, deadline, cancel)?;
        let note = match end {
            End::Done(0) => return Ok(shorten(&text)),
            End::Done(code) => format!("[exit code {code}]"),
            End::TimedOut => {
                format!("[the command was ended after {timeout} s and the shell restarted]")
            }
            End::Cancelled => "[the caller went away]".to_owned(),
            End::ShellEnded => "[the shell ended; the next command gets a new one]".to_owned(),
        };
        if !matches!(end, End::Done(_)) {
            self.stop();
        }
        Ok(format!("{}\n{note}", shorten(&text))
            .trim_start()
            .to_owned())
    }

    /// Ends the shell and what it started.
    fn stop(&mut self) {
        if let Some(mut running) = self.running.take() {
            if let Some(group) = i32::try_from(running.child.id())
                .ok()
                .and_then(Pid::from_raw)
            {
                // Fails only when all of it has ended.
                let _ = kill_process_group(group, Signal::KILL);
            }
            let _ = running.child.wait();
        }
    }
}

impl Drop for Shell {
    fn drop(&mut self) {
        self.stop();
    }
}

fn start(config: &Config) -> std::io::Result<Running> {
    let (reader, writer) = std::io::pipe()?;
    let mut child = application(config, "/bin/bash")
        .args(["--noprofile", "--norc"])
        .stdin(Stdio::piped())
        .stdout(writer.try_clone()?)
        .stderr(writer)
        .process_group(0)
        .spawn()?;
    let stdin = child
        .stdin
        .take()
        .ok_or_else(|| std::io::Error::other("the shell has no input"))?;
    rustix::io::ioctl_fionbio(&reader, true)?;
    Ok(Running {
        child,
        stdin,
        output: OwnedFd::from(reader).into(),
    })
}

/// A line that no output holds by chance.
fn marker() -> std::io::Result<String> {
    let mut random = [0u8; 16];
    rustix::rand::getrandom(&mut random, rustix::rand::GetRandomFlags::empty())?;
    let hex: String = random.iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(format!("nen-{hex}"))
}

impl Running {
    /// The command goes through a quoted here-document into `eval`: whatever it holds, even a syntax
    /// error or an open quote, ends with it, and it cannot read what follows as its own input.
    fn send(&mut self, command: &str, marker: &str) -> std::io::Result<()> {
        let script = format!(
            "IFS= read -r -d '' __nen <<'{marker}'\n{command}\n{marker}\neval \"$__nen\" </dev/null\n__nen=$?; printf '\\n%s %s\\n' {marker} \"$__nen\"\n"
        );
        self.stdin.write_all(script.as_bytes())?;
        self.stdin.flush()
    }

    fn read_until(
        &mut self,
        marker: &str,
        deadline: Instant,
        cancel: &Cancel,
    ) -> std::io::Result<(String, End)> {
        let (mut held, mut buffer) = (Vec::new(), vec![0; 64 * 1024]);
        let closing = format!("\n{marker} ");
        loop {
            match self.output.read(&mut buffer) {
                Ok(0) => return Ok((text(&held), End::ShellEnded)),
                Ok(count) => {
                    held.extend_from_slice(&buffer[..count]);
                    if let Some((output, code)) = split(&held, closing.as_bytes()) {
                        return Ok((text(output), End::Done(code)));
                    }
                    if held.len() > MAX_HELD {
                        held.drain(MAX_HELD / 4..held.len() - MAX_HELD / 4);
                    }
                    continue;
                }
                Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {}
                Err(error) => return Err(error),
            }
            let left = deadline.saturating_duration_since(Instant::now());
            let timeout = Timespec {
                tv_sec: i64::try_from(left.as_secs()).unwrap_or(i64::MAX),
                tv_nsec: left.subsec_nanos().into(),
            };
            let mut fds = [
                PollFd::new(&self.output, PollFlags::IN),
                PollFd::new(cancel, PollFlags::IN),
            ];
            match poll(&mut fds, Some(&timeout)) {
                Ok(0) => return Ok((text(&held), End::TimedOut)),
                Ok(_) if !fds[1].revents().is_empty() => return Ok((text(&held), End::Cancelled)),
                Ok(_) | Err(rustix::io::Errno::INTR) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }
}

/// The output before the closing line and the exit code in it, once the line is whole.
fn split<'a>(held: &'a [u8], closing: &[u8]) -> Option<(&'a [u8], i32)> {
    // The closing line is short, so it lies in the tail.
    let tail = held.len().saturating_sub(closing.len() + 8);
    let at = tail
        + held[tail..]
            .windows(closing.len())
            .position(|window| window == closing)?;
    let code = held[at + closing.len()..].strip_suffix(b"\n")?;
    let code = std::str::from_utf8(code).ok()?.parse().ok()?;
    Some((&held[..at], code))
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes)
        .trim_end_matches('\n')
        .to_owned()
}

/// Keeps head and tail of what is too long.
fn shorten(text: &str) -> String {
    let count = text.chars().count();
    if count <= MAX_OUTPUT {
        return text.to_owned();
    }
    let half = MAX_OUTPUT / 2;
    let head: String = text.chars().take(half).collect();
    let tail: String = text.chars().skip(count - half).collect();
    format!(
        "{head}\n[… {} characters left out …]\n{tail}",
        count - MAX_OUTPUT
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell() -> Shell {
        Shell::new(&Config {
            home: "/".into(),
            ..Config::default()
        })
    }

    fn run(shell: &mut Shell, command: &str, timeout: f64) -> ActionResult {
        let action = Bash::Run {
            command: command.into(),
            timeout,
        };
        shell.perform(&action, &Cancel::new().unwrap()).unwrap()
    }

    fn output(shell: &mut Shell, command: &str) -> String {
        run(shell, command, 20.0).output.unwrap()
    }

    #[test]
    fn the_shell_remembers() {
        let mut shell = shell();
        assert_eq!(output(&mut shell, "cd /usr; X='a b'"), "");
        assert_eq!(output(&mut shell, "pwd; echo \"$X\" >&2"), "/usr\na b");
        shell
            .perform(&Bash::Restart, &Cancel::new().unwrap())
            .unwrap();
        assert_eq!(output(&mut shell, "echo [$X]"), "[]");
    }

    #[test]
    fn exit_codes_and_syntax_errors_are_told_and_survived() {
        let mut shell = shell();
        assert_eq!(output(&mut shell, "false"), "[exit code 1]");
        assert!(output(&mut shell, "echo 'open").contains("unexpected EOF"));
        assert!(output(&mut shell, "if").contains("syntax error"));
        assert_eq!(output(&mut shell, "cat; echo still"), "still");
        assert!(output(&mut shell, "exit 3").contains("the shell ended"));
        assert_eq!(output(&mut shell, "echo again"), "again");
    }

    #[test]
    fn a_command_that_takes_too_long_is_ended_with_what_it_said() {
        let mut shell = shell();
        let result = run(&mut shell, "echo begun; cat <(tail -f /dev/null)", 0.3);
        let said = result.output.unwrap();
        assert!(
            said.starts_with("begun") && said.contains("ended after 0.3 s"),
            "{said}"
        );
        assert_eq!(output(&mut shell, "echo next"), "next");
    }

    #[test]
    fn long_output_keeps_head_and_tail() {
        let mut shell = shell();
        let text = output(&mut shell, "seq 1 1000000");
        assert!(text.starts_with("1\n2\n") && text.ends_with("1000000"));
        assert!(text.chars().count() < MAX_OUTPUT + 100);
    }
}
