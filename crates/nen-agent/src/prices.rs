use std::collections::BTreeMap;

use serde::Deserialize;

use crate::models::ModelsError;
use crate::provider::Usage;

/// What a model costs, in US dollars per million tokens.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Price {
    /// Input that is read afresh.
    pub input: f64,
    /// Input that is read from the provider's cache.
    pub cached_input: f64,
    /// Input that is written into it.
    pub cache_write: f64,
    /// Output, reasoning included.
    pub output: f64,
}

const fn price(input: f64, cached_input: f64, cache_write: f64, output: f64) -> Price {
    Price {
        input,
        cached_input,
        cache_write,
        output,
    }
}

/// List prices for prompts up to 200 000 tokens, which the agent stays far below. A model that is not
/// here has no price rather than that of a relative.
const KNOWN: &[(&str, Price)] = &[
    ("claude-opus-4", price(15.0, 1.5, 18.75, 75.0)),
    ("claude-opus-4-1", price(15.0, 1.5, 18.75, 75.0)),
    ("claude-opus-4-5", price(5.0, 0.5, 6.25, 25.0)),
    ("claude-opus-4-6", price(5.0, 0.5, 6.25, 25.0)),
    ("claude-sonnet-4", price(3.0, 0.3, 3.75, 15.0)),
    ("claude-sonnet-4-5", price(3.0, 0.3, 3.75, 15.0)),
    ("claude-sonnet-4-6", price(3.0, 0.3, 3.75, 15.0)),
    ("claude-haiku-4-5", price(1.0, 0.1, 1.25, 5.0)),
    ("gpt-4.1", price(2.0, 0.5, 2.0, 8.0)),
    ("gpt-4o", price(2.5, 1.25, 2.5, 10.0)),
    ("gpt-5", price(1.25, 0.125, 1.25, 10.0)),
    ("gpt-5-mini", price(0.25, 0.025, 0.25, 2.0)),
    ("gpt-5-nano", price(0.05, 0.005, 0.05, 0.4)),
    ("gpt-5.1", price(1.25, 0.125, 1.25, 10.0)),
    ("gpt-5.2", price(1.75, 0.175, 1.75, 14.0)),
    ("gpt-5.4", price(2.5, 0.25, 2.5, 15.0)),
    ("gpt-5.4-mini", price(0.75, 0.075, 0.75, 4.5)),
    ("gpt-5.4-nano", price(0.2, 0.02, 0.2, 1.25)),
    ("gpt-5.5", price(5.0, 0.5, 5.0, 30.0)),
    ("o3", price(2.0, 0.5, 2.0, 8.0)),
    ("o4-mini", price(1.1, 0.275, 1.1, 4.4)),
    ("gemini-2.5-pro", price(1.25, 0.125, 1.25, 10.0)),
    ("gemini-2.5-flash", price(0.3, 0.03, 0.3, 2.5)),
    ("gemini-2.5-flash-lite", price(0.1, 0.01, 0.1, 0.4)),
    ("gemini-3-flash", price(0.5, 0.05, 0.5, 3.0)),
    ("gemini-3-pro", price(2.0, 0.2, 2.0, 12.0)),
    ("gemini-3.1-pro", price(2.0, 0.2, 2.0, 12.0)),
    ("gemini-3.1-flash-lite", price(0.25, 0.025, 0.25, 1.5)),
];

impl Price {
    /// What so many tokens cost, in US dollars.
    pub fn of(self, usage: Usage) -> f64 {
        let part = |tokens: u64, price: f64| tokens as f64 * price / 1e6;
        part(usage.input, self.input)
            + part(usage.cached_input, self.cached_input)
            + part(usage.cache_write, self.cache_write)
            + part(usage.output, self.output)
    }
}

/// Prices by model.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Prices {
    /// By prefix of the name as it is asked for; they come before the list prices.
    overrides: BTreeMap<String, Price>,
}

impl Prices {
    /// List prices, with others before them: JSON from prefix of a model's name to
    /// `{"input": 3, "cached_input": 0.3, "cache_write": 3.75, "output": 15}`, in US dollars per million
    /// tokens.
    pub fn with_overrides(json: &str) -> Result<Self, ModelsError> {
        let overrides: BTreeMap<String, Price> = serde_json::from_str(json).map_err(|error| {
            ModelsError::Setting(format!(
                "NEN_MODEL_PRICES must be JSON like {{\"my-model\": {{\"input\": 3, \"cached_input\": 0.3, \"cache_write\": 3.75, \"output\": 15}}}}, US dollars per million tokens: {error}"
            ))
        })?;
        let bad = |price: &Price| {
            [
                price.input,
                price.cached_input,
                price.cache_write,
                price.output,
            ]
            .iter()
            .any(|usd| !(0.0..1e9).contains(usd))
        };
        match overrides.iter().find(|(_, price)| bad(price)) {
            Some((model, _)) => Err(ModelsError::Setting(format!(
                "NEN_MODEL_PRICES has a price for {model:?} that is negative or absurd"
            ))),
            None => Ok(Self { overrides }),
        }
    }

    /// Names, or beginnings of names, of the models that are listed.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        KNOWN.iter().map(|(name, _)| *name)
    }

    /// The price of a model, by the longest name that fits.
    pub fn of(&self, model: &str) -> Option<Price> {
        let longest = |a: &(&str, Price), b: &(&str, Price)| a.0.len().cmp(&b.0.len());
        let own = self
            .overrides
            .iter()
            .map(|(prefix, price)| (prefix.as_str(), *price))
            .filter(|(prefix, _)| model.starts_with(prefix))
            .max_by(longest);
        let listed = || {
            KNOWN
                .iter()
                .copied()
                .filter(|(name, _)| model.strip_prefix(name).is_some_and(is_version))
                .max_by(longest)
        };
        own.or_else(listed).map(|(_, price)| price)
    }
}

/// Whether the rest of a name only says which version of the model it is: nothing, a date, `latest` or
/// a preview.
fn is_version(rest: &str) -> bool {
    let Some(rest) = rest.strip_prefix('-') else {
        return rest.is_empty();
    };
    let date = rest.bytes().all(|b| b.is_ascii_digit() || b == b'-')
        && rest.bytes().filter(u8::is_ascii_digit).count() == 8;
    date || rest == "latest" || rest.starts_with("preview")
}

#[cfg(test)]
mod tests {
    use super::Prices;
    use crate::provider::Usage;

    #[test]
    fn every_kind_of_token_has_its_price() {
        let usage = Usage {
            input: 1_000_000,
            cached_input: 2_000_000,
            cache_write: 4_000_000,
            output: 1_000_000,
        };
        let price = Prices::default().of("claude-sonnet-4-6").unwrap();
        assert!((price.of(usage) - (3.0 + 0.6 + 15.0 + 15.0)).abs() < 1e-9);
    }

    #[test]
    fn a_dated_model_costs_what_its_family_does_and_an_unknown_relative_has_no_price() {
        let prices = Prices::default();
        assert_eq!(
            prices.of("claude-haiku-4-5-20251001"),
            prices.of("claude-haiku-4-5")
        );
        assert_eq!(prices.of("gpt-5-2025-08-07"), prices.of("gpt-5"));
        assert!(prices.of("claude-opus-4-5").unwrap().input < 6.0);
        for unknown in ["claude-opus-4-9", "gpt-5.9", "gpt-5-pro", "llama@local"] {
            assert_eq!(prices.of(unknown), None, "{unknown}");
        }
    }

    #[test]
    fn own_prices_come_first_and_nonsense_is_refused() {
        let prices = Prices::with_overrides(
            r#"{"llama": {"input": 1, "cached_input": 0, "cache_write": 0, "output": 2},
                "gpt-5": {"input": 9, "cached_input": 9, "cache_write": 9, "output": 9}}"#,
        )
        .unwrap();
        assert_eq!(prices.of("llama-3@local").unwrap().output, 2.0);
        assert_eq!(prices.of("gpt-5.2").unwrap().input, 9.0);
        for bad in [
            "[]",
            r#"{"m": {"input": 1}}"#,
            r#"{"m": {"input": -1, "cached_input": 0, "cache_write": 0, "output": 2}}"#,
        ] {
            let error = Prices::with_overrides(bad).unwrap_err().to_string();
            assert!(error.contains("NEN_MODEL_PRICES"), "{error}");
        }
    }
}
