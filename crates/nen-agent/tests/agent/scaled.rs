use nen_scripted_model::Step;
use serde_json::json;

use crate::desk::Desk;
use crate::setting::{Setting, finish, task, texts};

#[tokio::test]
async fn a_click_lands_on_the_pixel_that_the_model_meant() {
    // What each model is shown of a screen of 2560x1600, and where its (100, 50) is on that screen.
    for (model, across, pixel, named) in [
        ("claude-sonnet-4-6", Some(1356), [189, 95], "(100, 50)"),
        ("gpt-5.4", None, [100, 50], "(100, 50)"),
        ("gpt-4.1", Some(1229), [209, 105], "(100, 50)"),
        ("gemini-3-pro", None, [257, 80], "(100, 50)"),
    ] {
        let click = Step::call(
            "computer",
            json!({"action": "left_click", "coordinate": [100, 50]}),
        );
        let setting = Setting::new(vec![click, finish(true, "")]).await;
        let desk = Desk::sized(2560, 1600);
        setting
            .agent
            .execute(task(&desk, model), "press it", None)
            .await
            .unwrap();
        setting.all_taken();
        assert_eq!(desk.bodies()[1].image.max_width, across, "{model}");
        assert_eq!(
            desk.calls()[1].params["coordinate"],
            json!(pixel),
            "{model}"
        );
        let told = texts(&setting.server.requests()[1].body);
        assert!(
            told.contains(&format!("left_click at {named}")),
            "{model}: {told}"
        );
    }
}

#[tokio::test]
async fn a_point_beyond_what_the_model_is_shown_is_refused_in_its_own_numbers() {
    for (model, point, told) in [
        ("gemini-3-pro", [1000, 0], "which is 1000x1000"),
        ("claude-sonnet-4-6", [2000, 0], "which is 1356x848"),
    ] {
        let click = Step::call(
            "computer",
            json!({"action": "left_click", "coordinate": point}),
        );
        let setting = Setting::new(vec![click, finish(true, "")]).await;
        let desk = Desk::sized(2560, 1600);
        setting
            .agent
            .execute(task(&desk, model), "press it", None)
            .await
            .unwrap();
        let read = texts(&setting.server.requests()[1].body);
        assert!(read.contains(told), "{model}: {read}");
        assert_eq!(desk.actions(), ["screenshot"]);
    }
}
