//! The providers' own computer tools: what a request may declare, and how a script's calls of `computer` are written as
//! calls of the tool that was declared.

pub(crate) mod anthropic;
pub(crate) mod gemini;
mod neutral;
pub(crate) mod openai;

/// Name of the tool in a script, whatever the provider's own is called.
pub(crate) const TOOL: &str = "computer";

/// The computer tool that a request declared.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) enum Computer {
    /// None of the provider's own: `computer` is a function like any other.
    #[default]
    Function,
    Anthropic(anthropic::Tool),
    Openai(openai::Tool),
    Gemini(gemini::Tool),
}

impl Computer {
    /// Takes what a tool of a request declares; there can be one.
    pub(crate) fn declare(&mut self, declared: Self) -> Result<(), String> {
        if *self != Self::Function {
            return Err("tools: only one computer tool may be declared".to_owned());
        }
        *self = declared;
        Ok(())
    }
}
