//! Who does the job: a model that is configured in the environment, or the script.

use serde_json::Value;

use super::{
    model::Model,
    model_anthropic::{self, Anthropic},
    model_openai::{self, OpenAi},
};
use crate::exit::UsageError;

/// Which provider's API a model is behind, with the key for it.
#[derive(Clone, PartialEq, Eq)]
pub struct Choice {
    provider: Provider,
    /// Name of the model.
    pub model: String,
    key: String,
    base_url: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Provider {
    Anthropic,
    OpenAi,
}

/// Chooses by the model's name, else by the keys there are. None: no model, the script does it.
pub fn choose(
    model: Option<&str>,
    variable: impl Fn(&str) -> Option<String>,
) -> Result<Option<Choice>, UsageError> {
    let set = |name: &str| variable(name).filter(|v| !v.is_empty());
    let (provider, key_name, base_name, default_model) = match model {
        Some(name) if !name.starts_with("claude") => openai(),
        None if set("ANTHROPIC_API_KEY").is_none() && set("OPENAI_API_KEY").is_some() => openai(),
        _ => (
            Provider::Anthropic,
            "ANTHROPIC_API_KEY",
            "ANTHROPIC_BASE_URL",
            model_anthropic::DEFAULT_MODEL,
        ),
    };
    let model_name = model.unwrap_or(default_model);
    match set(key_name) {
        Some(key) => Ok(Some(Choice {
            provider,
            model: model_name.to_owned(),
            key,
            base_url: set(base_name),
        })),
        None if model.is_some() => Err(UsageError(format!(
            "{model_name} needs {key_name} in the environment"
        ))),
        None => Ok(None),
    }
}

fn openai() -> (Provider, &'static str, &'static str, &'static str) {
    (
        Provider::OpenAi,
        "OPENAI_API_KEY",
        "OPENAI_BASE_URL",
        model_openai::DEFAULT_MODEL,
    )
}

impl Choice {
    /// Begins a conversation with these tools.
    pub fn start(&self, tools: &[Value]) -> Box<dyn Model> {
        let (base_url, key) = (self.base_url.clone(), self.key.clone());
        match self.provider {
            Provider::Anthropic => Box::new(Anthropic::new(&self.model, base_url, key, tools)),
            Provider::OpenAi => Box::new(OpenAi::new(&self.model, base_url, key, tools)),
        }
    }
}

// By hand, to leave the key out.
impl std::fmt::Debug for Choice {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Choice")
            .field("provider", &self.provider)
            .field("model", &self.model)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with<'a>(keys: &'a [(&'a str, &'a str)]) -> impl Fn(&str) -> Option<String> + 'a {
        move |name| {
            keys.iter()
                .find(|(key, _)| *key == name)
                .map(|(_, value)| (*value).to_owned())
        }
    }

    #[test]
    fn keys_choose_the_provider() {
        let chosen = |model, keys: &[(&str, &str)]| {
            choose(model, with(keys))
                .unwrap()
                .map(|c| (c.provider, c.model))
        };
        assert_eq!(chosen(None, &[]), None);
        assert_eq!(chosen(None, &[("OPENAI_API_KEY", "")]), None);
        assert_eq!(
            chosen(None, &[("OPENAI_API_KEY", "k")]),
            Some((Provider::OpenAi, model_openai::DEFAULT_MODEL.into()))
        );
        assert_eq!(
            chosen(None, &[("OPENAI_API_KEY", "k"), ("ANTHROPIC_API_KEY", "k")]),
            Some((Provider::Anthropic, model_anthropic::DEFAULT_MODEL.into()))
        );
        assert_eq!(
            chosen(
                Some("qwen3-vl"),
                &[("OPENAI_API_KEY", "k"), ("ANTHROPIC_API_KEY", "k")]
            ),
            Some((Provider::OpenAi, "qwen3-vl".into()))
        );
    }

    #[test]
    fn a_model_without_its_key_is_said() {
        let error = choose(Some("claude-x"), with(&[("OPENAI_API_KEY", "k")])).unwrap_err();
        assert!(error.to_string().contains("ANTHROPIC_API_KEY"), "{error}");
    }
}
