use nen_scripted_model::{Received, Step};

use crate::desk::Desk;
use crate::setting::{MODELS, Setting, click, finish, task, texts};

async fn requests(model: &str, steps: usize) -> Vec<Received> {
    let mut script: Vec<Step> = (0..steps).map(|_| click(5, 5)).collect();
    script.push(finish(true, ""));
    let setting = Setting::new(script).await;
    let desk = Desk::new();
    let limit = u32::try_from(steps + 1).unwrap();
    setting
        .agent
        .execute(task(&desk, model), "press it", Some(limit))
        .await
        .unwrap();
    setting.all_taken();
    setting.server.requests()
}

#[tokio::test]
async fn what_a_job_sends_grows_with_its_steps_and_not_with_their_square() {
    for model in MODELS {
        let requests = requests(model, 60).await;
        let images: Vec<usize> = requests.iter().map(|request| request.images).collect();
        assert!(
            images.iter().all(|count| (1..=8).contains(count)),
            "{images:?}"
        );
        let sum = |range: std::ops::Range<usize>| images[range].iter().sum::<usize>();
        // Were no picture ever taken out, the later half would have three times as many as the former.
        assert!(sum(31..61) <= sum(1..31) + 30, "{images:?}");
        let last = &requests[60];
        assert!(texts(&last.body).contains("[screenshot removed]"));
        // What grows is a few words per step.
        let pictures = |request: &Received| request.bytes / request.images.max(1);
        assert!(
            pictures(last) < 20_000,
            "{} bytes per picture",
            pictures(last)
        );
    }
}

#[tokio::test]
async fn most_of_what_is_sent_comes_out_of_the_providers_cache() {
    for model in MODELS {
        let requests = requests(model, 40).await;
        let read: u64 = requests.iter().map(|request| request.input_tokens).sum();
        let cached: u64 = requests.iter().map(|request| request.cached_tokens).sum();
        let share = cached as f64 / read as f64;
        assert!(share > 0.6, "{model}: {share:.2} of {read}");
        // Between two prunings only what is new is read afresh: a picture and a few words.
        let whole = requests
            .windows(2)
            .filter(|pair| pair[1].images > pair[0].images)
            .all(|pair| pair[1].input_tokens - pair[1].cached_tokens < 2_000);
        assert!(whole, "{model}");
    }
}

#[tokio::test]
async fn a_prefix_that_was_pruned_once_is_still_in_the_cache_after_the_next_time() {
    let requests = requests("claude-sonnet-4-6", 40).await;
    // After the first time, each pruning finds at least what was stable before it.
    let pruned: Vec<&Received> = requests
        .windows(2)
        .filter(|pair| pair[1].images < pair[0].images)
        .map(|pair| &pair[1])
        .collect();
    assert!(pruned.len() >= 5);
    let cached: Vec<u64> = pruned.iter().map(|request| request.cached_tokens).collect();
    assert!(
        cached.windows(2).all(|pair| pair[1] > pair[0]),
        "{cached:?}"
    );
    for request in &requests {
        assert!(request.body.to_string().matches("cache_control").count() <= 4);
    }
}
