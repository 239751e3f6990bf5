use nen_protocol::action::Clipboard as Action;
use nen_protocol::execute::ActionResult;

/// The clipboard. Opened at its first use: it needs a thread that answers other programs.
#[derive(Default)]
pub(super) struct Clipboard(Option<arboard::Clipboard>);

impl Clipboard {
    pub(super) fn perform(&mut self, action: &Action) -> Result<ActionResult, String> {
        self.attempt(action)
            .map(ActionResult::ok)
            .map_err(|error| format!("the clipboard failed: {error}"))
    }

    fn attempt(&mut self, action: &Action) -> Result<String, arboard::Error> {
        let clipboard = match &mut self.0 {
            Some(clipboard) => clipboard,
            none => none.insert(arboard::Clipboard::new()?),
        };
        match action {
            Action::Get => match clipboard.get_text() {
                // Empty, or holding a picture.
                Err(arboard::Error::ContentNotAvailable) => Ok(String::new()),
                other => other,
            },
            Action::Set { text } => {
                clipboard.set_text(text)?;
                Ok(format!(
                    "set the clipboard to {} characters",
                    text.chars().count()
                ))
            }
        }
    }
}
