use crate::models::ModelsError;
use crate::provider::ProviderError;
use crate::screen::ScreenError;

/// Why the agent did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum AgentError {
    /// The arguments cannot be taken; nothing was contacted.
    #[error("{0}")]
    Invalid(String),
    /// There is no such model, or it is not configured; nothing was contacted.
    #[error(transparent)]
    Models(#[from] ModelsError),
    /// The provider did not answer, or refused.
    #[error(transparent)]
    Provider(#[from] ProviderError),
    /// The screen did not do as told.
    #[error(transparent)]
    Screen(#[from] ScreenError),
    /// The model says that the job cannot be done; why, in its words.
    #[error("the model could not do it: {0}")]
    NotDone(String),
    /// The job was not done within the iterations.
    #[error(
        "the job was not finished within {max_iterations} iterations: give a larger max_iterations, or split the instruction into smaller ones{}",
        last(.last_words)
    )]
    OutOfIterations {
        /// How many there were.
        max_iterations: u32,
        /// What the model said last; may be empty.
        last_words: String,
    },
    /// The model kept calling tools in ways that cannot be understood.
    #[error(
        "the model {model} made {times} calls in a row that cannot be understood, the last one because: {reason}; try another model"
    )]
    Malformed {
        /// The model.
        model: String,
        /// Calls in a row.
        times: u32,
        /// What was wrong with the last one.
        reason: String,
    },
    /// What the model extracted does not fit the schema, also when asked again.
    #[error("what the model extracted does not fit the schema: {}", .errors.join("; "))]
    Extraction {
        /// What does not fit, with the place in the result.
        errors: Vec<String>,
    },
    /// The model was not willing, or its provider was not.
    #[error("the model {model} refused: {reason}")]
    Refused {
        /// The model.
        model: String,
        /// Why, as far as it said so.
        reason: String,
    },
    /// The model's answer was cut off at its length limit.
    #[error(
        "the answer of {model} was longer than {max_output} tokens and was cut off: ask for less at once"
    )]
    CutOff {
        /// The model.
        model: String,
        /// The limit in tokens.
        max_output: u32,
    },
    /// The budget is used up.
    #[error("the budget is used up: {0}")]
    Budget(String),
    /// What is spent could not be looked up or written down.
    #[error("what models cost could not be kept: {0}")]
    Ledger(String),
    /// The deadline has passed.
    #[error("the deadline has passed{}", because(.last_error))]
    Deadline {
        /// What was being tried again when it passed.
        last_error: Option<ProviderError>,
    },
    /// The caller called it off.
    #[error("cancelled")]
    Cancelled,
}

fn last(words: &str) -> String {
    match words {
        "" => String::new(),
        words => format!(" (the model's last words: {words})"),
    }
}

fn because(error: &Option<ProviderError>) -> String {
    error
        .as_ref()
        .map(|error| format!(" while trying again: {error}"))
        .unwrap_or_default()
}
