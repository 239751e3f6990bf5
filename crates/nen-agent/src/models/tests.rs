use super::{Models, ModelsConfig, ModelsError};

fn config(variables: &[(&str, &str)]) -> Result<ModelsConfig, ModelsError> {
    ModelsConfig::from_variables(|name| {
        let found = variables.iter().find(|(key, _)| *key == name);
        found.map(|(_, value)| (*value).to_owned())
    })
}

fn models(variables: &[(&str, &str)]) -> Models {
    Models::new(config(variables).unwrap()).unwrap()
}

#[test]
fn a_name_says_which_provider_has_the_model() {
    let models = models(&[
        ("ANTHROPIC_API_KEY", "a"),
        ("OPENAI_API_KEY", "o"),
        ("GEMINI_API_KEY", "g"),
        (
            "NEN_MODEL_ALIASES",
            "local=http://127.0.0.1:11434/v1, two=https://two.example/v1/",
        ),
    ]);
    for (name, provider, wire_name) in [
        ("claude-sonnet-4-6", "Anthropic", "claude-sonnet-4-6"),
        ("gpt-5.4", "OpenAI", "gpt-5.4"),
        ("o3", "OpenAI", "o3"),
        ("gemini-3-flash", "Gemini", "gemini-3-flash"),
        ("qwen3-vl:8b@local", "11434", "qwen3-vl:8b"),
        ("org/claude-like@two", "two.example", "org/claude-like"),
    ] {
        let model = models.find(Some(name)).unwrap();
        assert!(format!("{:?}", model.provider).contains(provider), "{name}");
        assert_eq!(model.wire_name, wire_name);
        assert_eq!(model.name, name);
    }
    assert_eq!(models.find(None).unwrap().name, "claude-sonnet-4-6");
}

#[test]
fn a_model_without_a_key_says_which_variable_to_set() {
    let models = models(&[("ANTHROPIC_BASE_URL", "http://127.0.0.1:1")]);
    for (name, variable) in [
        (None, "ANTHROPIC_API_KEY"),
        (Some("gpt-5.4"), "OPENAI_API_KEY"),
        (Some("gemini-3-pro"), "GEMINI_API_KEY"),
        (Some("m@local"), "NEN_MODEL_ALIASES"),
    ] {
        let error = models.find(name).unwrap_err();
        assert!(matches!(error, ModelsError::NotConfigured(_)));
        assert!(error.to_string().contains(variable), "{error}");
    }
}

#[test]
fn names_that_are_nobodys_are_refused_before_anything_is_asked() {
    let models = models(&[
        ("GEMINI_API_KEY", "g"),
        ("NEN_MODEL_ALIASES", "local=http://127.0.0.1:1/v1"),
    ]);
    for name in [
        "",
        "llama",
        "opus",
        "@local",
        "gemini-/../../x",
        "gemini-?key=1",
        "a b@local",
    ] {
        assert!(
            matches!(models.find(Some(name)), Err(ModelsError::Unknown(_))),
            "{name:?}"
        );
    }
}

#[test]
fn the_default_model_and_prices_come_from_variables() {
    let models = models(&[
        ("NEN_MODEL", "vision@local"),
        ("NEN_MODEL_ALIASES", "local=http://127.0.0.1:1/v1"),
        (
            "NEN_MODEL_PRICES",
            r#"{"vision": {"input": 1, "cached_input": 1, "cache_write": 1, "output": 1}}"#,
        ),
    ]);
    let model = models.find(None).unwrap();
    assert_eq!(model.name, "vision@local");
    assert!(model.price.is_some());
}

#[test]
fn settings_that_are_wrong_are_named_without_their_secrets() {
    for (variables, expected) in [
        (
            vec![("NEN_MODEL_ALIASES", "http://127.0.0.1/v1")],
            "NEN_MODEL_ALIASES",
        ),
        (
            vec![("NEN_MODEL_ALIASES", "a=http://x,a=http://y")],
            "twice",
        ),
        (
            vec![("OPENAI_API_KEY", "k"), ("OPENAI_BASE_URL", "sk-oops")],
            "OPENAI_BASE_URL",
        ),
        (
            vec![
                ("OPENAI_API_KEY", "k"),
                ("OPENAI_BASE_URL", "http://u:sk-oops@h/v1"),
            ],
            "password",
        ),
        (vec![("NEN_MODEL_PRICES", "{")], "NEN_MODEL_PRICES"),
    ] {
        let error = config(&variables).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
        assert!(!error.contains("sk-oops"), "{error}");
    }
    let broken = config(&[("ANTHROPIC_API_KEY", "sk-\nsecret")]).unwrap();
    let error = Models::new(broken).unwrap_err().to_string();
    assert!(
        error.contains("ANTHROPIC_API_KEY") && !error.contains("secret"),
        "{error}"
    );
}

#[test]
fn keys_are_in_no_debug_output() {
    let config = config(&[
        ("ANTHROPIC_API_KEY", "sk-secret-1"),
        ("NEN_MODEL_ALIASES", "my-own=http://127.0.0.1:1/v1"),
        ("NEN_MODEL_KEY_MY_OWN", "sk-secret-2"),
    ])
    .unwrap();
    assert!(config.aliases["my-own"].key.is_some());
    let shown = format!("{config:?}");
    let models = Models::new(config).unwrap();
    let shown = format!("{shown} {models:?} {:?}", models.find(None).unwrap());
    assert!(
        shown.contains("127.0.0.1") && !shown.contains("sk-secret"),
        "{shown}"
    );
}
