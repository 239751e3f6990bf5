//! Models by name: which provider has them, where it is, and with which key.

mod config;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use crate::prices::{Price, Prices};
use crate::provider::{Anthropic, Chat, Gemini, Http, Provider, Responses, client};

pub use config::{DEFAULT_MODEL, Endpoint, ModelsConfig};

/// Why a model cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ModelsError {
    /// A setting cannot be taken.
    #[error("{0}")]
    Setting(String),
    /// The name is nobody's.
    #[error("{0}")]
    Unknown(String),
    /// Its provider has no key.
    #[error("{0}")]
    NotConfigured(String),
}

/// A model that can be asked.
#[derive(Debug, Clone)]
pub struct Model {
    /// The name it was asked for by.
    pub name: String,
    /// The provider's name for it.
    pub(crate) wire_name: String,
    /// Who has it.
    pub(crate) provider: Arc<dyn Provider>,
    /// What it costs, if that is known.
    pub price: Option<Price>,
}

/// All models that can be asked. Nothing is contacted before one is.
pub struct Models {
    default: String,
    prices: Prices,
    providers: BTreeMap<Family, Arc<dyn Provider>>,
    aliases: BTreeMap<String, Arc<dyn Provider>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Family {
    Anthropic,
    OpenAi,
    Gemini,
}

impl Family {
    /// Whose model it is, by its name.
    fn of(model: &str) -> Option<Self> {
        let numbered = |rest: &str| rest.starts_with(|c: char| c.is_ascii_digit());
        if model.starts_with("claude-") {
            Some(Self::Anthropic)
        } else if model.starts_with("gpt-") || model.strip_prefix('o').is_some_and(numbered) {
            Some(Self::OpenAi)
        } else if model.starts_with("gemini-") {
            Some(Self::Gemini)
        } else {
            None
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Anthropic => "anthropic",
            Self::OpenAi => "openai",
            Self::Gemini => "gemini",
        }
    }

    /// The variable with its key.
    fn variable(self) -> &'static str {
        match self {
            Self::Anthropic => "ANTHROPIC_API_KEY",
            Self::OpenAi => "OPENAI_API_KEY",
            Self::Gemini => "GEMINI_API_KEY",
        }
    }
}

/// A provider of models as it is set up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProviderInfo {
    /// `anthropic`, `openai` or `gemini`.
    pub name: &'static str,
    /// Whether there is a key for it.
    pub configured: bool,
    /// The environment variable that holds its key.
    pub key_variable: &'static str,
    /// Models of it whose price is known; others can be used, too.
    pub models: Vec<String>,
}

impl Models {
    /// Takes a configuration; refuses what can be seen to be wrong in it.
    pub fn new(config: ModelsConfig) -> Result<Self, ModelsError> {
        let client = client()?;
        let timeout = config.call_timeout;
        let mut providers: BTreeMap<Family, Arc<dyn Provider>> = BTreeMap::new();
        for (family, endpoint) in [
            (Family::Anthropic, &config.anthropic),
            (Family::OpenAi, &config.openai),
            (Family::Gemini, &config.gemini),
        ] {
            let Some(endpoint) = endpoint else { continue };
            // Nothing is contacted without a key.
            let Some(key) = endpoint.key.clone() else {
                continue;
            };
            let (url, key, variable) = (&endpoint.base_url, Some(key), family.variable());
            let client = client.clone();
            let provider: Arc<dyn Provider> = match family {
                Family::Anthropic => {
                    Arc::new(Http::<Anthropic>::new(client, url, key, variable, timeout)?)
                }
                Family::OpenAi => {
                    Arc::new(Http::<Responses>::new(client, url, key, variable, timeout)?)
                }
                Family::Gemini => {
                    Arc::new(Http::<Gemini>::new(client, url, key, variable, timeout)?)
                }
            };
            providers.insert(family, provider);
        }
        let mut aliases: BTreeMap<String, Arc<dyn Provider>> = BTreeMap::new();
        for (alias, endpoint) in &config.aliases {
            let provider = Http::<Chat>::new(
                client.clone(),
                &endpoint.base_url,
                endpoint.key.clone(),
                &config::key_variable(alias),
                timeout,
            )?;
            aliases.insert(alias.clone(), Arc::new(provider));
        }
        Ok(Self {
            default: config.default_model,
            prices: config.prices,
            providers,
            aliases,
        })
    }

    /// The model that is used when none is asked for.
    pub fn default_model(&self) -> &str {
        &self.default
    }

    /// Every provider that is known, with a key or without.
    pub fn providers(&self) -> Vec<ProviderInfo> {
        [Family::Anthropic, Family::OpenAi, Family::Gemini]
            .into_iter()
            .map(|family| ProviderInfo {
                name: family.name(),
                configured: self.providers.contains_key(&family),
                key_variable: family.variable(),
                models: self
                    .prices
                    .names()
                    .filter(|model| Family::of(model) == Some(family))
                    .map(str::to_owned)
                    .collect(),
            })
            .collect()
    }

    /// The names of servers that were configured as aliases.
    pub fn aliases(&self) -> impl Iterator<Item = &str> {
        self.aliases.keys().map(String::as_str)
    }

    /// Finds a model: `claude-…`, `gpt-…`, `o3`, `gemini-…`, or `name@alias`; the default one for none.
    pub fn find(&self, name: Option<&str>) -> Result<Model, ModelsError> {
        let name = name.unwrap_or(&self.default);
        let (wire_name, provider) = match name.rsplit_once('@') {
            Some((wire_name, alias)) => (wire_name, self.alias(name, alias)?),
            None => (name, self.family(name)?),
        };
        check(wire_name, name)?;
        Ok(Model {
            name: name.to_owned(),
            wire_name: wire_name.to_owned(),
            provider,
            price: self.prices.of(name),
        })
    }

    fn alias(&self, name: &str, alias: &str) -> Result<Arc<dyn Provider>, ModelsError> {
        self.aliases.get(alias).cloned().ok_or_else(|| {
            let known: Vec<&str> = self.aliases.keys().map(String::as_str).collect();
            let known = match known.as_slice() {
                [] => "none is configured".to_owned(),
                known => format!("the aliases are {}", known.join(", ")),
            };
            ModelsError::NotConfigured(format!(
                "the model {name:?} names the server {alias:?}, but {known}: set NEN_MODEL_ALIASES, as in {alias}=http://127.0.0.1:11434/v1"
            ))
        })
    }

    fn family(&self, name: &str) -> Result<Arc<dyn Provider>, ModelsError> {
        let family = Family::of(name).ok_or_else(|| {
            ModelsError::Unknown(format!(
                "unknown model {name:?}: names begin with claude-, gpt-, o and a digit, or gemini-, or end with the alias of an OpenAI-compatible server, as in my-model@local"
            ))
        })?;
        self.providers.get(&family).cloned().ok_or_else(|| {
            ModelsError::NotConfigured(format!(
                "the model {name:?} is not configured: set {} to your key, or use a model of your own server by NEN_MODEL_ALIASES and a name like my-model@local",
                family.variable()
            ))
        })
    }
}

/// Whose model it is, by its name: `anthropic`, `openai`, `gemini`, or the alias of a server of one's own.
pub fn provider_of(model: &str) -> &str {
    match model.rsplit_once('@') {
        Some((_, alias)) => alias,
        None => Family::of(model).map_or("unknown", Family::name),
    }
}

/// A name becomes a part of a URL with some providers.
fn check(wire_name: &str, name: &str) -> Result<(), ModelsError> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || "-_.:/+".contains(c);
    let own = name.contains('@');
    let fits = !wire_name.is_empty()
        && wire_name.len() <= 200
        && wire_name.chars().all(allowed)
        && !wire_name.contains("..")
        && (own || !wire_name.contains('/'));
    if fits {
        return Ok(());
    }
    Err(ModelsError::Unknown(format!(
        "the model name {name:?} is not one: it has letters, digits and - _ . : + only"
    )))
}

impl fmt::Debug for Models {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Models")
            .field("default", &self.default)
            .field("providers", &self.providers)
            .field("aliases", &self.aliases)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
