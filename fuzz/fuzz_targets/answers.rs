//! Whatever a provider answers is read or refused with words, and what it says it cost can be added up.
#![no_main]

use libfuzzer_sys::fuzz_target;
use nen_agent::{Usage, fuzzing};

fuzz_target!(|text: &str| {
    fuzzing::retry_after(text);
    let Ok(body) = serde_json::from_str(text) else {
        return;
    };
    for reply in fuzzing::replies(&body) {
        match reply {
            Ok(reply) => {
                let mut sum = Usage::default();
                sum += reply.usage;
                sum += reply.usage;
                assert!(sum.total() >= reply.usage.total());
            }
            Err(reason) => assert!(!reason.is_empty()),
        }
    }
});
