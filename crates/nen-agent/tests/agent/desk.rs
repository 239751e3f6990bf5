use std::sync::Mutex;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use futures_util::future::BoxFuture;
use nen_agent::{Screen, ScreenError, ScreenErrorKind};
use nen_protocol::action::ActionCall;
use nen_protocol::execute::{ActionResult, ExecuteBody, ExecuteReply, ExecuteRequest, View};
use nen_protocol::{Action, Size};

/// A desktop that writes down what was done on it. Its screen shows a number, which grows with every
/// action that can change a screen.
pub struct Desk {
    size: Size,
    state: Mutex<State>,
    trouble: Option<(&'static str, Trouble)>,
    /// Waits until the screen changes by itself; otherwise a wait changes nothing.
    changes_after_waits: Option<usize>,
}

/// What goes wrong when an action is done.
#[derive(Clone)]
pub enum Trouble {
    /// The desktop did it in vain.
    Fails(&'static str),
    /// The desktop does not take it.
    Refuses(ScreenErrorKind),
    /// The desktop never answers.
    Hangs,
}

#[derive(Default)]
struct State {
    calls: Vec<ActionCall>,
    bodies: Vec<ExecuteBody>,
    frame: u8,
    waits: usize,
}

impl Desk {
    pub fn new() -> Self {
        Self::sized(1280, 800)
    }

    pub fn sized(width: u32, height: u32) -> Self {
        Self {
            size: Size { width, height },
            state: Mutex::default(),
            trouble: None,
            changes_after_waits: None,
        }
    }

    pub fn with_trouble(action: &'static str, trouble: Trouble) -> Self {
        Self {
            trouble: Some((action, trouble)),
            ..Self::new()
        }
    }

    pub fn changing_after(waits: usize) -> Self {
        Self {
            changes_after_waits: Some(waits),
            ..Self::new()
        }
    }

    /// Names of the actions that were done, in order.
    pub fn actions(&self) -> Vec<String> {
        let state = self.state.lock().unwrap();
        state.calls.iter().map(|call| call.action.clone()).collect()
    }

    /// The calls that were done, in order.
    pub fn calls(&self) -> Vec<ActionCall> {
        self.state.lock().unwrap().calls.clone()
    }

    /// The requests as they came in.
    pub fn bodies(&self) -> Vec<ExecuteBody> {
        self.state.lock().unwrap().bodies.clone()
    }

    /// The bytes of what the screen shows at a frame.
    pub fn picture(&self, frame: u8) -> Vec<u8> {
        picture(self.size, frame)
    }

    fn done(&self, body: ExecuteBody) -> Result<ExecuteReply, ScreenError> {
        let call = body.action.clone().expect("the agent sends single actions");
        // What a real controller would not understand must not come.
        let wire = serde_json::to_vec(&body).unwrap();
        let request = ExecuteRequest::parse(&wire, &self.tools(), self.size)
            .unwrap_or_else(|refused| panic!("{}", refused.error));
        let mut state = self.state.lock().unwrap();
        state.bodies.push(body);
        state.calls.push(call.clone());
        let mut result = ActionResult::ok(format!("{} done", call.action));
        if let Some(point) = call.params.get("coordinate") {
            let point: nen_protocol::Point = serde_json::from_value(point.clone()).unwrap();
            result = ActionResult::ok(format!("{} at ({}, {})", call.action, point.x, point.y))
                .with_coordinate(point);
        }
        match &self.trouble {
            Some((action, Trouble::Fails(why))) if *action == call.action => {
                result = ActionResult::error(*why);
            }
            Some((action, Trouble::Refuses(kind))) if *action == call.action => {
                return Err(ScreenError {
                    kind: *kind,
                    message: "the desktop will not".into(),
                });
            }
            _ => {}
        }
        let action = &request.actions[0].1;
        let changed = match action {
            Action::Wait(_) => {
                state.waits += 1;
                self.changes_after_waits == Some(state.waits)
            }
            action => action.can_change_screen(),
        };
        state.frame += u8::from(changed);
        let shown = self
            .size
            .fit(request.image.max_width, request.image.max_height);
        let image = request
            .wants_image()
            .then(|| STANDARD.encode(picture(shown, state.frame)));
        Ok(ExecuteReply {
            result,
            view: View {
                base64_image: image,
                changed: Some(changed),
                ..View::default()
            },
        })
    }
}

impl Screen for Desk {
    fn size(&self) -> Size {
        self.size
    }

    fn act(&self, body: ExecuteBody) -> BoxFuture<'_, Result<ExecuteReply, ScreenError>> {
        Box::pin(async move {
            let action = body.action.as_ref().map(|call| call.action.clone());
            if let Some((hanging, Trouble::Hangs)) = &self.trouble
                && action.as_deref() == Some(*hanging)
            {
                std::future::pending::<()>().await;
            }
            self.done(body)
        })
    }
}

/// A PNG of one grey, which is the frame's number.
fn picture(size: Size, frame: u8) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, size.width, size.height);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_compression(png::Compression::Fast);
    let mut writer = encoder.write_header().unwrap();
    let pixels = vec![frame; (size.width * size.height) as usize];
    writer.write_image_data(&pixels).unwrap();
    writer.finish().unwrap();
    bytes
}
