use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use secrecy::SecretString;

use super::ModelsError;
use crate::prices::Prices;

/// Used unless another model is asked for.
pub const DEFAULT_MODEL: &str = "claude-sonnet-4-6";
/// How long one call may take.
const CALL_TIMEOUT: Duration = Duration::from_secs(120);

/// Where a provider is, and the key to it.
#[derive(Clone)]
pub struct Endpoint {
    /// Only a server of one's own may do without.
    pub key: Option<SecretString>,
    /// Without a slash at its end. Anthropic and Gemini add `/v1/messages` and `/v1beta/models/…`, OpenAI
    /// and compatible servers `/responses` and `/chat/completions`.
    pub base_url: String,
}

impl Endpoint {
    /// An endpoint; refuses an address that is none, or that holds a password.
    pub fn new(base_url: &str, key: Option<SecretString>) -> Result<Self, ModelsError> {
        let base_url = base_url.trim().trim_end_matches('/');
        let parsed = reqwest::Url::parse(base_url)
            .ok()
            .filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
            .ok_or_else(|| {
                // It is not repeated: what is no address may be a key at the wrong place.
                ModelsError::Setting(
                    "the base URL of a model server must begin with http:// or https://".to_owned(),
                )
            })?;
        let bare = parsed.username().is_empty()
            && parsed.password().is_none()
            && parsed.query().is_none()
            && parsed.fragment().is_none();
        if !bare {
            return Err(ModelsError::Setting(format!(
                "the base URL of a model server at {} must have no user, password, query or fragment: keys have variables of their own",
                parsed.host_str().unwrap_or_default()
            )));
        }
        Ok(Self {
            key,
            base_url: base_url.to_owned(),
        })
    }
}

// By hand, so that the key is left out whatever the type of its field becomes.
impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Endpoint")
            .field("base_url", &self.base_url)
            .field("key", &self.key.is_some())
            .finish()
    }
}

/// Which models there are.
#[derive(Debug, Clone)]
pub struct ModelsConfig {
    /// For `claude-…`.
    pub anthropic: Option<Endpoint>,
    /// For `gpt-…` and `o…`.
    pub openai: Option<Endpoint>,
    /// For `gemini-…`.
    pub gemini: Option<Endpoint>,
    /// For `name@alias`: servers that speak OpenAI's chat completions.
    pub aliases: BTreeMap<String, Endpoint>,
    /// Used when none is asked for.
    pub default_model: String,
    /// What they cost.
    pub prices: Prices,
    /// How long one call may take until it counts as failed.
    pub call_timeout: Duration,
}

impl Default for ModelsConfig {
    fn default() -> Self {
        Self {
            anthropic: None,
            openai: None,
            gemini: None,
            aliases: BTreeMap::new(),
            default_model: DEFAULT_MODEL.to_owned(),
            prices: Prices::default(),
            call_timeout: CALL_TIMEOUT,
        }
    }
}

impl ModelsConfig {
    /// Reads `ANTHROPIC_API_KEY`, `OPENAI_API_KEY`, `GEMINI_API_KEY` with their `…_BASE_URL`,
    /// `NEN_MODEL_ALIASES` (`local=http://127.0.0.1:11434/v1,other=https://…`) with keys in
    /// `NEN_MODEL_KEY_<ALIAS>`, `NEN_MODEL` (the default model) and `NEN_MODEL_PRICES`.
    pub fn from_env() -> Result<Self, ModelsError> {
        Self::from_variables(|name| std::env::var(name).ok())
    }

    /// The same from any source of variables. An empty one counts as not set.
    pub fn from_variables(variable: impl Fn(&str) -> Option<String>) -> Result<Self, ModelsError> {
        let set = |name: &str| {
            variable(name)
                .map(|text| text.trim().to_owned())
                .filter(|text| !text.is_empty())
        };
        let provider = |name: &str, default: &str| {
            let Some(key) = set(&format!("{name}_API_KEY")) else {
                return Ok(None);
            };
            let url = format!("{name}_BASE_URL");
            let base_url = set(&url).unwrap_or_else(|| default.to_owned());
            Endpoint::new(&base_url, Some(key.into()))
                .map(Some)
                .map_err(|error| ModelsError::Setting(format!("{url}: {error}")))
        };
        let mut config = Self {
            anthropic: provider("ANTHROPIC", "https://api.anthropic.com")?,
            openai: provider("OPENAI", "https://api.openai.com/v1")?,
            gemini: provider("GEMINI", "https://generativelanguage.googleapis.com")?,
            ..Self::default()
        };
        for entry in set("NEN_MODEL_ALIASES").unwrap_or_default().split(',') {
            if entry.trim().is_empty() {
                continue;
            }
            let (alias, endpoint) = alias(entry.trim(), set)?;
            if config.aliases.insert(alias.clone(), endpoint).is_some() {
                return Err(ModelsError::Setting(format!(
                    "NEN_MODEL_ALIASES names {alias:?} twice"
                )));
            }
        }
        if let Some(model) = set("NEN_MODEL") {
            config.default_model = model;
        }
        if let Some(prices) = set("NEN_MODEL_PRICES") {
            config.prices = Prices::with_overrides(&prices)?;
        }
        Ok(config)
    }
}

fn alias(
    entry: &str,
    set: impl Fn(&str) -> Option<String>,
) -> Result<(String, Endpoint), ModelsError> {
    let fits = |alias: &&str| {
        let legal = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        !alias.is_empty() && alias.chars().all(legal)
    };
    let named = entry
        .split_once('=')
        .map(|(alias, url)| (alias.trim(), url))
        .filter(|(alias, _)| fits(alias));
    let Some((alias, url)) = named else {
        return Err(ModelsError::Setting(
            "NEN_MODEL_ALIASES must be a list like local=http://127.0.0.1:11434/v1,other=https://models.example/v1, with letters, digits, - and _ in the names".to_owned(),
        ));
    };
    let key = set(&key_variable(alias)).map(SecretString::from);
    let endpoint = Endpoint::new(url, key)
        .map_err(|error| ModelsError::Setting(format!("NEN_MODEL_ALIASES, {alias}: {error}")))?;
    Ok((alias.to_owned(), endpoint))
}

/// The variable with the key of an alias.
pub(super) fn key_variable(alias: &str) -> String {
    let name = alias.to_ascii_uppercase().replace('-', "_");
    format!("NEN_MODEL_KEY_{name}")
}
