use nen_agent::AgentError;
use nen_scripted_model::Step;
use serde_json::json;

use crate::desk::Desk;
use crate::setting::{MODELS, Setting, failure, task, texts};

#[tokio::test]
async fn data_is_read_in_the_shape_of_the_schema_in_every_dialect() {
    let schema = json!({
        "type": "object",
        "properties": {"total": {"type": "number"}, "currency": {"enum": ["EUR", "USD"]}},
        "required": ["total"],
    });
    for model in MODELS {
        let found = json!({"total": 12.5, "currency": "EUR"});
        let setting = Setting::new(vec![Step::call("extracted", found.clone())]).await;
        let desk = Desk::new();
        let report = setting
            .agent
            .extract(task(&desk, model), "the invoice's total", &schema)
            .await
            .unwrap();
        setting.all_taken();
        assert_eq!(report.value, found);
        assert_eq!(desk.actions(), ["screenshot"]);
    }
}

#[tokio::test]
async fn a_list_is_a_list() {
    let schema = json!({"type": "array", "items": {"$ref": "#/$defs/row"}, "$defs": {"row": {"type": "string"}}});
    for model in MODELS {
        let found = json!({"result": ["a", "b"]});
        let setting = Setting::new(vec![Step::call("extracted", found)]).await;
        let desk = Desk::new();
        let report = setting
            .agent
            .extract(task(&desk, model), "the rows", &schema)
            .await
            .unwrap();
        setting.all_taken();
        assert_eq!(report.value, json!(["a", "b"]));
    }
}

#[tokio::test]
async fn what_does_not_fit_is_asked_for_once_more_with_what_was_wrong() {
    let schema =
        json!({"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]});
    let wrong = || Step::call("extracted", json!({"n": "seven"}));
    for model in MODELS {
        let right = Step::call("extracted", json!({"n": 7}));
        let setting = Setting::new(vec![wrong(), right]).await;
        let desk = Desk::new();
        let report = setting
            .agent
            .extract(task(&desk, model), "the number", &schema)
            .await;
        setting.all_taken();
        assert_eq!(report.unwrap().value, json!({"n": 7}));
        let told = texts(&setting.server.requests()[1].body);
        assert!(told.contains("/n: "), "{told}");

        let setting = Setting::new(vec![wrong(), wrong(), wrong()]).await;
        let error = failure(
            setting
                .agent
                .extract(task(&desk, model), "the number", &schema)
                .await,
        );
        let AgentError::Extraction { errors } = &error else {
            panic!("{error}");
        };
        assert!(errors[0].starts_with("/n: "), "{errors:?}");
        assert_eq!(setting.server.requests().len(), 2);
    }
}
