//! Whatever a model of any provider writes is refused or asks for actions; each of its calls gets one answer, also when
//! the desktop's reply is another than was expected, and a point that was on the picture is on the screen.
#![no_main]

use libfuzzer_sys::fuzz_target;
use nen_protocol::Size;
use nen_protocol::dialect::{Dialect, Setup};
use nen_protocol::execute::{ActionResult, BatchReply, ExecuteRequest, View};
use nen_protocol::tool_log::Status;
use nen_protocol::tools;

fuzz_target!(|input: &[u8]| {
    // Three bytes for everything but the calls: whose words, how many actions are done and how, the screen.
    let [whose, done, screen, calls @ ..] = input else {
        return;
    };
    let (name, dialect) = Dialect::NAMES[usize::from(*whose) % Dialect::NAMES.len()];
    let variants = dialect.variants();
    let variant = usize::from(*whose) / Dialect::NAMES.len() % (variants.len() + 1);
    let variant = variants.get(variant).copied();
    let screen = Size {
        width: 320 + 28 * u32::from(*screen),
        height: 320 + 28 * u32::from(screen.rotate_left(4)),
    };
    let all: Vec<String> = tools::NAMES.iter().map(|name| (*name).to_owned()).collect();
    let setup = Setup::new(dialect, variant, screen, all.clone(), None).unwrap();
    assert!(!setup.tools().unwrap().is_empty(), "{name}");
    let Ok(turn) = setup.turn(calls) else { return };
    let request = turn.request();
    // What the dialect made of it is for the desktop to take or to refuse, and never another kind of body.
    let body = serde_json::to_vec(&request).unwrap();
    if let Ok(understood) = ExecuteRequest::parse(&body, &all, screen) {
        assert_eq!(
            Some(understood.actions.len()),
            request.actions.as_ref().map(Vec::len)
        );
    }
    let well = done % 2 == 0;
    let asked = request.actions.map_or(0, |actions| actions.len());
    let answered = usize::from(done / 2).min(asked);
    let result = || match well {
        true => ActionResult::ok("done"),
        false => ActionResult::error("refused"),
    };
    let results = turn.results(BatchReply {
        view: View::default(),
        status: if well { Status::Ok } else { Status::Error },
        results: (0..answered).map(|_| result()).collect(),
        images: Vec::new(),
    });
    serde_json::to_vec(&results).unwrap();
});
