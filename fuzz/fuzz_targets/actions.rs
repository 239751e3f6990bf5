//! Whatever stands in an `execute` body is refused or understood; what is understood says the same when it is written
//! again, stays on the screen, lets go of all that it presses, and leaves no typed text in the log.
#![no_main]

use libfuzzer_sys::{Corpus, fuzz_target};
use nen_protocol::action::ActionCall;
use nen_protocol::execute::{ActionResult, ExecuteBody, ExecuteRequest};
use nen_protocol::tool_log::ActionRecord;
use nen_protocol::{Action, Size, body, tools};
use nen_screen::plan::{Step, describe, steps};
use serde_json::Value;
use std::collections::BTreeSet;

const SCREEN: Size = Size {
    width: 1280,
    height: 800,
};

fuzz_target!(|bytes: &[u8]| -> Corpus {
    let all: Vec<String> = tools::NAMES.iter().map(|name| (*name).to_owned()).collect();
    let request = match ExecuteRequest::parse(bytes, &all, SCREEN) {
        Ok(request) => request,
        Err(refused) => {
            if let Some(call) = &refused.call {
                refused_is_logged_without_texts(call, &refused.error.to_string());
            }
            return Corpus::Keep;
        }
    };
    let wire: ExecuteBody = body::parse(bytes).unwrap();
    let again = serde_json::to_vec(&wire).unwrap();
    assert_eq!(
        ExecuteRequest::parse(&again, &all, SCREEN).as_ref(),
        Ok(&request)
    );
    for (call, action) in &request.actions {
        plan_is_sound(action);
        what_is_typed_is_not_logged(call, action);
    }
    Corpus::Keep
});

fn plan_is_sound(action: &Action) {
    describe(action, None);
    let Some(steps) = steps(action) else { return };
    let (mut keys, mut buttons) = (BTreeSet::new(), BTreeSet::new());
    for step in &steps {
        match step {
            Step::Move(point) => assert!(SCREEN.contains(*point), "{point:?}"),
            Step::Button(button, true) => assert!(buttons.insert(*button), "{steps:?}"),
            Step::Button(button, false) => drop(buttons.remove(button)),
            Step::Key(key, true) => drop(keys.insert(key.raw())),
            Step::Key(key, false) => drop(keys.remove(&key.raw())),
            Step::Type(_) | Step::Pause(_) => {}
        }
    }
    // These are about what stays pressed.
    if !matches!(action, Action::MouseDown(_) | Action::KeyDown(_)) {
        assert!(keys.is_empty() && buttons.is_empty(), "{steps:?}");
    }
}

fn what_is_typed_is_not_logged(call: &ActionCall, action: &Action) {
    let Action::Type(typed) = action else { return };
    let record = ActionRecord::of(call, &ActionResult::ok(describe(action, None)), 0.0, 0.0);
    absent(&record, &typed.text);
    absent(
        &ActionRecord::secret(call, &ActionResult::ok(""), 0.0),
        &typed.text,
    );
}

fn refused_is_logged_without_texts(call: &ActionCall, error: &str) {
    let record = ActionRecord::refused(call, &ActionResult::error(error), 0.0);
    for value in call.params.values() {
        if let Value::String(text) = value {
            absent(&record, text);
        }
    }
}

/// Only what is too odd to stand in a record by chance is looked for.
fn absent(record: &ActionRecord, text: &str) {
    if text
        .chars()
        .filter(|c| !c.is_ascii() && c.is_alphanumeric())
        .count()
        >= 4
    {
        let written = format!("{:?} {:?} {:?}", record.params, record.output, record.error);
        assert!(!written.contains(text), "{text:?} in {written}");
    }
}
