//! Does actions on a display and looks at what came of them.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use nen_protocol::execute::{ActionResult, Settle};
use nen_protocol::{Action, Point};
use xkeysym::Keysym;

use crate::cancel::Cancel;
use crate::display::{Damage, DisplayError, Input};
use crate::encode::Shot;
use crate::plan::{self, Step};
use crate::settle::{Settled, Tracker};
use crate::x11::{Camera, Image};

/// How long a busy program may take to read its input before the screen is judged all the same.
const READING: Duration = Duration::from_millis(1000);

/// The longest time between two clicks that programs take for a double click; GTK's is shorter.
const DOUBLE_CLICK_TIME: Duration = Duration::from_millis(500);
/// How far apart such clicks may be in pixels.
const NEAR: i32 = 5;

/// Why an action was not done to its end.
#[derive(Debug, thiserror::Error)]
pub enum ExecuteError {
    /// The caller went away; what it had pressed was let go.
    #[error("the caller went away")]
    Cancelled,
    /// The display failed.
    #[error(transparent)]
    Display(#[from] DisplayError),
}

/// One pair of hands on one display. Whoever has it acts alone.
#[derive(Debug)]
pub struct Executor<I> {
    input: I,
    /// Shared with those who only look.
    camera: Arc<Mutex<Camera>>,
    /// When and where a button was last clicked.
    last_click: Option<(Instant, Point)>,
}

impl<I: Input> Executor<I> {
    /// Joins hands and eyes.
    pub fn new(input: I, camera: Arc<Mutex<Camera>>) -> Self {
        Self {
            input,
            camera,
            last_click: None,
        }
    }

    /// The count of the screen's changes so far; a difference between two means that a pixel changed.
    pub fn changes(&self) -> Result<u64, DisplayError> {
        let mut camera = self.camera.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(camera.look()?.1)
    }

    /// A picture of the screen.
    pub fn shoot(&self, shot: &Shot) -> Result<Image, DisplayError> {
        let mut camera = self.camera.lock().unwrap_or_else(PoisonError::into_inner);
        camera.shoot(shot)
    }

    /// Begins to watch for what the actions from here on paint.
    pub fn begin(&mut self) -> Result<(), DisplayError> {
        self.input.forget_damage()
    }

    /// Does one action of the `computer` tool, all but its look at the screen.
    pub fn act(&mut self, action: &Action, cancel: &Cancel) -> Result<ActionResult, ExecuteError> {
        let Some(steps) = plan::steps(action) else {
            return self.rest(action, cancel);
        };
        if let Action::Click(click) = action
            && click.times > 1
        {
            self.let_clicks_pass(click.coordinate, cancel)?;
        }
        self.walk(&steps, cancel)?;
        let moves = |step: &Step| matches!(step, Step::Move(_) | Step::Button(..));
        if !steps.iter().any(moves) {
            self.input.sync()?;
            return Ok(ActionResult::ok(plan::describe(action, None)));
        }
        let pointer = self.input.pointer()?;
        if let Action::Click(_) = action {
            self.last_click = Some((Instant::now(), pointer));
        }
        Ok(ActionResult::ok(plan::describe(action, Some(pointer))).with_coordinate(pointer))
    }

    /// A program counts a click soon after another at the same place as its second: a triple click would
    /// begin as the second click of four. Waits until the earlier one is too long ago.
    fn let_clicks_pass(&mut self, at: Option<Point>, cancel: &Cancel) -> Result<(), ExecuteError> {
        let Some((when, place)) = self.last_click else {
            return Ok(());
        };
        let at = match at {
            Some(at) => at,
            None => self.input.pointer()?,
        };
        let near = (place.x - at.x).abs() <= NEAR && (place.y - at.y).abs() <= NEAR;
        let left = DOUBLE_CLICK_TIME.saturating_sub(when.elapsed());
        match near && !left.is_zero() && self.input.pause(left, cancel)? {
            true => Err(ExecuteError::Cancelled),
            false => Ok(()),
        }
    }

    /// Actions that press nothing.
    fn rest(&mut self, action: &Action, cancel: &Cancel) -> Result<ActionResult, ExecuteError> {
        match action {
            Action::CursorPosition => {
                let pointer = self.input.pointer()?;
                let text = format!("X={}, Y={}", pointer.x, pointer.y);
                Ok(ActionResult::ok(text).with_coordinate(pointer))
            }
            Action::Wait(wait) => {
                let Some(seconds) = wait.duration else {
                    self.settle(Settle::default(), cancel)?;
                    return Ok(ActionResult::ok("waited until the screen settled"));
                };
                let time = Duration::from_secs_f64(seconds);
                match self.input.pause(time, cancel)? {
                    true => Err(ExecuteError::Cancelled),
                    false => Ok(ActionResult::ok(format!("waited {seconds} s"))),
                }
            }
            _ => Ok(ActionResult::ok("looked at the screen")),
        }
    }

    /// Takes the steps in order. When called off or failing on the way, lets go what it pressed.
    fn walk(&mut self, steps: &[Step], cancel: &Cancel) -> Result<(), ExecuteError> {
        let mut held = Held::default();
        for step in steps {
            let done = match cancel.is_set() {
                true => Err(ExecuteError::Cancelled),
                false => self.step(step, cancel),
            };
            if let Err(error) = done {
                held.let_go(&mut self.input);
                return Err(error);
            }
            held.note(step);
        }
        Ok(())
    }

    fn step(&mut self, step: &Step, cancel: &Cancel) -> Result<(), ExecuteError> {
        match step {
            Step::Move(to) => self.input.move_pointer(*to)?,
            Step::Button(button, press) => self.input.button(*button, *press)?,
            Step::Key(key, press) => self.input.key(*key, *press)?,
            Step::Type(text) => self.input.type_text(text)?,
            Step::Pause(time) => {
                if self.input.pause(*time, cancel)? {
                    return Err(ExecuteError::Cancelled);
                }
            }
        }
        Ok(())
    }

    /// Waits until the screen has settled.
    pub fn settle(&mut self, settle: Settle, cancel: &Cancel) -> Result<Settled, ExecuteError> {
        let begun = Instant::now();
        let longest = Duration::from_millis(u64::from(settle.max_ms)).min(READING);
        self.input.wait_until_read(begun + longest, cancel)?;
        let mut tracker = Tracker::new(settle, begun, Instant::now());
        loop {
            if let Some(settled) = tracker.settled(Instant::now()) {
                return Ok(settled);
            }
            match self.input.next_damage(tracker.deadline(), cancel)? {
                Damage::Painted(areas) => tracker.painted(&areas, Instant::now()),
                Damage::Deadline => {}
                Damage::Cancelled => return Err(ExecuteError::Cancelled),
            }
        }
    }
}

/// Keys and buttons pressed on the way, in order.
#[derive(Default)]
struct Held(Vec<Pressed>);

#[derive(PartialEq, Eq, Clone, Copy)]
enum Pressed {
    Button(u8),
    Key(Keysym),
}

impl Held {
    fn note(&mut self, step: &Step) {
        let (what, press) = match step {
            Step::Button(button, press) => (Pressed::Button(*button), *press),
            Step::Key(key, press) => (Pressed::Key(*key), *press),
            _ => return,
        };
        if press {
            self.0.push(what);
        } else {
            self.0.retain(|held| *held != what);
        }
    }

    /// Lets go in reverse. A display that fails here has failed already; there is nobody to tell.
    fn let_go(&self, input: &mut impl Input) {
        for held in self.0.iter().rev() {
            let _ = match held {
                Pressed::Button(button) => input.button(*button, false),
                Pressed::Key(key) => input.key(*key, false),
            };
        }
        let _ = input.sync();
    }
}
