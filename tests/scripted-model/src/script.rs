use serde::Deserialize;
use serde_json::Value;

/// What a scripted model answers: steps in order, and rules for requests that hold certain words.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(try_from = "Vec<Entry>")]
pub struct Script {
    /// Played one after the other by requests that no rule is for.
    pub steps: Vec<Step>,
    /// Looked at first, in order; the first that fits answers.
    pub rules: Vec<Rule>,
}

/// One answer.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Step {
    /// What the model says.
    pub text: Option<String>,
    /// Tools it calls.
    pub calls: Vec<Call>,
    /// Status of an error instead of an answer.
    pub status: Option<u16>,
    /// `Retry-After` of an error, as it stands in the header.
    pub retry_after: Option<String>,
    /// `Location` of a redirect.
    pub location: Option<String>,
    /// Milliseconds before it answers.
    pub delay_ms: u64,
    /// A body to send as it is: text, or JSON.
    pub raw: Option<Value>,
    /// Closes the connection instead.
    pub close: bool,
    /// Never answers.
    pub hang: bool,
    /// The provider's own reason for stopping, instead of the usual one.
    pub stop: Option<String>,
}

/// A tool call.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Call {
    /// Name of the tool.
    pub tool: String,
    /// Its arguments; a text goes out as it is where the format has them as text.
    #[serde(default)]
    pub input: Value,
}

/// Answers for requests that hold certain words.
#[derive(Debug, Clone, PartialEq)]
pub struct Rule {
    /// When it answers.
    pub when: When,
    /// The answers.
    pub answers: Answers,
}

/// What a rule looks at.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum When {
    /// Words in the first or the newest of the user's messages, results of tools included.
    Contains(String),
    /// Words in the newest only: what the model was told since its last answer. So a script can react to what happens.
    Newest(String),
}

/// How a rule answers.
#[derive(Debug, Clone, PartialEq)]
pub enum Answers {
    /// Always the same.
    Same(Box<Step>),
    /// One after the other, the last one for all that follow.
    InOrder(Vec<Step>),
    /// By the number of answers that the request's own conversation holds already, so that any number of
    /// conversations can be had at once.
    ByTurn(Vec<Step>),
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Entry {
    Rule(WireRule),
    Step(Step),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WireRule {
    when: When,
    answer: Option<Step>,
    answers: Option<Vec<Step>>,
    turns: Option<Vec<Step>>,
}

impl TryFrom<Vec<Entry>> for Script {
    type Error = String;

    fn try_from(entries: Vec<Entry>) -> Result<Self, String> {
        let mut script = Self::default();
        for entry in entries {
            match entry {
                Entry::Step(step) => script.steps.push(step),
                Entry::Rule(rule) => script.rules.push(rule.try_into()?),
            }
        }
        Ok(script)
    }
}

impl TryFrom<WireRule> for Rule {
    type Error = String;

    fn try_from(rule: WireRule) -> Result<Self, String> {
        let answers = match (rule.answer, rule.answers, rule.turns) {
            (Some(step), None, None) => Answers::Same(Box::new(step)),
            (None, Some(steps), None) if !steps.is_empty() => Answers::InOrder(steps),
            (None, None, Some(steps)) if !steps.is_empty() => Answers::ByTurn(steps),
            _ => {
                return Err(format!(
                    "the rule for {:?} needs one of answer, answers and turns, and a list needs a step",
                    rule.when
                ));
            }
        };
        Ok(Self {
            when: rule.when,
            answers,
        })
    }
}

impl Script {
    /// Reads a script: a JSON list of steps (`{"text": …, "calls": [{"tool": …, "input": …}]}`, `status`,
    /// `retry_after`, `location`, `delay_ms`, `raw`, `close`, `hang`, `stop`) and rules (`{"when": {"contains" | "newest": …},
    /// "answer" | "answers" | "turns": …}`).
    pub fn parse(json: &str) -> Result<Self, String> {
        serde_json::from_str(json)
            .map_err(|error| format!("the script is not a list of steps and rules: {error}"))
    }
}

impl Step {
    /// A step that says something.
    pub fn text(text: &str) -> Self {
        Self {
            text: Some(text.to_owned()),
            ..Self::default()
        }
    }

    /// A step that calls one tool.
    pub fn call(tool: &str, input: Value) -> Self {
        Self::calls(vec![(tool, input)])
    }

    /// A step that calls several tools.
    pub fn calls(calls: Vec<(&str, Value)>) -> Self {
        let call = |(tool, input): (&str, Value)| Call {
            tool: tool.to_owned(),
            input,
        };
        Self {
            calls: calls.into_iter().map(call).collect(),
            ..Self::default()
        }
    }

    /// A step that is an error.
    pub fn status(status: u16) -> Self {
        Self {
            status: Some(status),
            ..Self::default()
        }
    }
}

impl From<Vec<Step>> for Script {
    fn from(steps: Vec<Step>) -> Self {
        Self {
            steps,
            rules: Vec::new(),
        }
    }
}
