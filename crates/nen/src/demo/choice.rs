//! Who does the job: a model that is configured in the environment, or the script.

use std::sync::Arc;

use nen_agent::{Agent, Models, ModelsConfig};

use crate::exit::UsageError;

/// Models to take when none is named, by the provider whose key there is.
const USUAL: [(&str, &str); 3] = [
    ("ANTHROPIC_API_KEY", nen_agent::DEFAULT_MODEL),
    ("OPENAI_API_KEY", "gpt-5.4"),
    ("GEMINI_API_KEY", "gemini-3-flash"),
];

/// The agent with the model that it is to ask.
#[derive(Debug)]
pub struct Choice {
    /// Over all models of the environment.
    pub agent: Agent,
    /// Name of the model.
    pub model: String,
}

/// Chooses by the model's name, else by the keys there are. None: no model, the script does it.
pub fn choose(
    model: Option<&str>,
    variable: impl Fn(&str) -> Option<String>,
) -> Result<Option<Choice>, UsageError> {
    let set = |name: &str| variable(name).filter(|value| !value.trim().is_empty());
    let usual = || {
        let keys = USUAL.iter().find(|(key, _)| set(key).is_some());
        set("NEN_MODEL").or_else(|| keys.map(|(_, model)| (*model).to_owned()))
    };
    let Some(model) = model.map(str::to_owned).or_else(usual) else {
        return Ok(None);
    };
    let wrong = |error: &dyn std::fmt::Display| UsageError(error.to_string());
    let config = ModelsConfig::from_variables(&variable).map_err(|error| wrong(&error))?;
    let models = Models::new(config).map_err(|error| wrong(&error))?;
    models.find(Some(&model)).map_err(|error| wrong(&error))?;
    Ok(Some(Choice {
        agent: Agent::new(Arc::new(models)),
        model,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(model: Option<&str>, keys: &[(&str, &str)]) -> Option<String> {
        let variable = |name: &str| {
            let found = keys.iter().find(|(key, _)| *key == name);
            found.map(|(_, value)| (*value).to_owned())
        };
        choose(model, variable).unwrap().map(|choice| choice.model)
    }

    #[test]
    fn keys_choose_the_provider() {
        assert_eq!(chosen(None, &[]), None);
        assert_eq!(chosen(None, &[("OPENAI_API_KEY", "")]), None);
        assert_eq!(
            chosen(None, &[("OPENAI_API_KEY", "k")]).as_deref(),
            Some("gpt-5.4")
        );
        assert_eq!(
            chosen(None, &[("GEMINI_API_KEY", "k"), ("ANTHROPIC_API_KEY", "k")]).as_deref(),
            Some(nen_agent::DEFAULT_MODEL)
        );
        let local = ("NEN_MODEL_ALIASES", "local=http://127.0.0.1:11434/v1");
        assert_eq!(
            chosen(Some("qwen3-vl@local"), &[local]).as_deref(),
            Some("qwen3-vl@local")
        );
    }

    #[test]
    fn a_model_without_its_key_is_said() {
        let keys = |name: &str| (name == "OPENAI_API_KEY").then(|| "k".to_owned());
        let error = choose(Some("claude-x"), keys).unwrap_err();
        assert!(error.to_string().contains("ANTHROPIC_API_KEY"), "{error}");
    }
}
