use std::time::{Duration, SystemTime};

use nen_agent::{AgentError, Endpoint, ProviderError};
use nen_scripted_model::Step;

use crate::desk::Desk;
use crate::setting::{Diary, KEY, MODELS, Setting, failure, finish, task};

#[tokio::test]
async fn a_provider_that_is_busy_is_asked_again_until_it_answers() {
    for model in MODELS {
        let mut limited = Step::status(429);
        limited.retry_after = Some("0".into());
        let script = vec![
            limited,
            Step::status(529),
            Step::status(503),
            finish(true, "ok"),
        ];
        let setting = Setting::new(script).await;
        let (desk, diary) = (Desk::new(), Diary::default());
        let mut task = task(&desk, model);
        task.observer = &diary;
        setting.agent.execute(task, "press it", None).await.unwrap();
        let turns = diary.0.into_inner().unwrap();
        assert_eq!((turns.len(), turns[0].attempts), (1, 4), "{model}");
    }
}

#[tokio::test]
async fn a_provider_that_stays_broken_is_asked_four_times() {
    for status in [500, 502, 504] {
        let setting = Setting::new(vec![Step::status(status); 6]).await;
        let desk = Desk::new();
        let error = failure(
            setting
                .agent
                .execute(task(&desk, MODELS[0]), "press it", None)
                .await,
        );
        assert!(
            error.to_string().contains("an error of the script"),
            "{error}"
        );
        assert_eq!(setting.server.requests().len(), 4);
    }
}

#[tokio::test]
async fn the_pause_that_a_provider_asks_for_is_read_as_seconds_and_as_a_date() {
    let hour = SystemTime::now() + Duration::from_secs(3600);
    for asked in ["3600".to_owned(), httpdate::fmt_http_date(hour)] {
        let mut limited = Step::status(429);
        limited.retry_after = Some(asked);
        let setting = Setting::new(vec![limited, finish(true, "")]).await;
        let desk = Desk::new();
        let error = failure(
            setting
                .agent
                .execute(task(&desk, MODELS[0]), "press it", None)
                .await,
        );
        // An hour is too long to wait, which only one who has read it knows.
        let AgentError::Provider(ProviderError::Busy { retry_after, .. }) = error else {
            panic!("{error}");
        };
        assert!(retry_after.is_some_and(|pause| pause > Duration::from_secs(3500)));
        assert_eq!(setting.server.requests().len(), 1);
    }
}

#[tokio::test]
async fn what_a_provider_refuses_is_told_at_once_in_its_own_words() {
    for model in MODELS {
        let mut refused = Step::status(403);
        refused.text = Some("your account is closed".into());
        let setting = Setting::new(vec![refused]).await;
        let desk = Desk::new();
        let error = failure(
            setting
                .agent
                .execute(task(&desk, model), "press it", None)
                .await,
        );
        assert!(
            error.to_string().contains("your account is closed"),
            "{error}"
        );
        assert_eq!(setting.server.requests().len(), 1);
    }
}

#[tokio::test]
async fn a_key_that_a_server_repeats_is_not_in_the_error() {
    for model in MODELS {
        let setting = Setting::with(Vec::new(), |config| {
            let wrong = || Some("sk-wrong-but-secret".into());
            for endpoint in [
                &mut config.anthropic,
                &mut config.openai,
                &mut config.gemini,
            ]
            .into_iter()
            .flatten()
            .chain(config.aliases.values_mut())
            {
                endpoint.key = wrong();
            }
        })
        .await;
        let desk = Desk::new();
        let error = failure(
            setting
                .agent
                .execute(task(&desk, model), "press it", None)
                .await,
        );
        let shown = format!("{error} {error:?}");
        assert!(
            shown.contains("incorrect API key provided: [key]"),
            "{shown}"
        );
        assert!(!shown.contains("sk-wrong"), "{shown}");
    }
}

#[tokio::test]
async fn a_connection_that_breaks_is_tried_again() {
    let mut broken = Step::text("never sent");
    broken.close = true;
    let setting = Setting::new(vec![broken, finish(true, "ok")]).await;
    let desk = Desk::new();
    let report = setting
        .agent
        .execute(task(&desk, MODELS[0]), "press it", None)
        .await;
    assert_eq!(report.unwrap().summary, "ok");
}

#[tokio::test]
async fn a_server_that_is_not_there_is_named() {
    let nowhere = "http://127.0.0.1:1";
    let setting = Setting::with(Vec::new(), |config| {
        config.anthropic = Some(Endpoint::new(nowhere, Some(KEY.into())).unwrap());
    })
    .await;
    let desk = Desk::new();
    let error = failure(
        setting
            .agent
            .execute(task(&desk, MODELS[0]), "press it", None)
            .await,
    );
    assert!(error.to_string().contains(nowhere), "{error}");
}

#[tokio::test]
async fn a_server_that_does_not_answer_is_given_up() {
    let hang = Step {
        hang: true,
        ..Step::default()
    };
    let setting = Setting::with(vec![hang; 4], |config| {
        config.call_timeout = Duration::from_millis(50);
    })
    .await;
    let desk = Desk::new();
    let error = failure(
        setting
            .agent
            .execute(task(&desk, MODELS[0]), "press it", None)
            .await,
    );
    assert!(
        matches!(error, AgentError::Provider(ProviderError::Silent { .. })),
        "{error}"
    );
    assert_eq!(setting.server.requests().len(), 4);
}

#[tokio::test]
async fn an_answer_that_is_none_is_an_error_and_not_tried_again() {
    for raw in ["<html>", "{}", "[1, 2]"] {
        for model in MODELS {
            let step = Step {
                raw: Some(raw.into()),
                ..Step::default()
            };
            let setting = Setting::new(vec![step]).await;
            let desk = Desk::new();
            let error = failure(
                setting
                    .agent
                    .execute(task(&desk, model), "press it", None)
                    .await,
            );
            let unreadable = matches!(
                error,
                AgentError::Provider(ProviderError::Unreadable { .. })
            );
            assert!(unreadable, "{model} {raw}: {error}");
        }
    }
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let redirect = Step {
        status: Some(307),
        location: Some("/v1/messages".into()),
        ..Step::default()
    };
    let setting = Setting::new(vec![redirect, finish(true, "")]).await;
    let desk = Desk::new();
    let error = failure(
        setting
            .agent
            .execute(task(&desk, MODELS[0]), "press it", None)
            .await,
    );
    assert!(error.to_string().contains("redirects"), "{error}");
}

#[tokio::test]
async fn an_answer_that_is_cut_off_or_unwilling_is_an_error_of_its_own() {
    for (model, cut, unwilling) in [
        ("claude-sonnet-4-6", "max_tokens", "refusal"),
        ("gpt-5.4", "max_output_tokens", "content_filter"),
        ("vision@local", "length", "content_filter"),
        ("gemini-3-pro", "MAX_TOKENS", "SAFETY"),
    ] {
        let stopped = |stop: &str| Step {
            text: Some("well".into()),
            stop: Some(stop.into()),
            ..Step::default()
        };
        let setting = Setting::new(vec![stopped(cut), stopped(unwilling)]).await;
        let desk = Desk::new();
        let error = failure(setting.agent.execute(task(&desk, model), "x", None).await);
        assert!(matches!(error, AgentError::CutOff { .. }), "{error}");
        let error = failure(setting.agent.execute(task(&desk, model), "x", None).await);
        assert!(matches!(error, AgentError::Refused { .. }), "{error}");
    }
}
