use std::fs::File;
use std::io::Write as _;
use std::os::fd::{FromRawFd as _, RawFd};

/// Tells whoever started the controller that it serves, or why not: one line on the descriptor whose
/// number is in `NEN_READY_FD`, which is then closed.
pub(crate) struct Ready(Option<File>);

impl Ready {
    pub(crate) fn from_environment() -> Self {
        let number = std::env::var("NEN_READY_FD")
            .ok()
            .and_then(|text| text.parse::<RawFd>().ok());
        Self(number.map(|number| {
            // SAFETY: the descriptor was made for us and nothing else in this process knows of it.
            unsafe { File::from_raw_fd(number) }
        }))
    }

    pub(crate) fn reached(&mut self) {
        self.say("ready");
    }

    pub(crate) fn failed(&mut self, reason: &str) {
        self.say(&reason.replace('\n', " "));
    }

    /// Nobody may be listening any more, which is their affair.
    fn say(&mut self, line: &str) {
        if let Some(mut file) = self.0.take() {
            let _ = writeln!(file, "{line}");
        }
    }
}
