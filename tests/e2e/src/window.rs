use std::cell::Cell;

use serde_json::json;

use crate::{Desktop, Event, Log, binary, until};

/// Where a window writes what it received.
const LOG: &str = "window.jsonl";

/// What a window does with its surface.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Paint {
    /// One colour, `#204060`.
    Plain,
    /// Red, green, blue and white quarters.
    Quarters,
    /// A red square that moves at every key and button press.
    Square,
    /// A caret that blinks every 500 ms.
    Caret,
    /// A small area that changes every second.
    Clock,
    /// All of it, 30 times a second, for ever.
    Film,
    /// Green at once after a button press: one frame.
    Flash,
    /// 400 ms of movement after a button press, ends green.
    Animation,
}

impl Paint {
    fn argument(self) -> String {
        format!("{self:?}").to_lowercase()
    }
}

/// A window of ours inside a desktop. It covers the whole screen, above everything, has the focus, and records what it
/// receives. The desktop needs the tool `bash`.
#[derive(Debug)]
pub struct Window<'a> {
    desktop: &'a Desktop,
    seen: Cell<usize>,
    /// A place inside it where the pointer is sent to mark the end of something.
    corner: (i32, i32),
    marks: Cell<i32>,
}

impl<'a> Window<'a> {
    /// Opens it on the whole screen, under no window manager's control, and waits until it has the focus.
    pub fn open(desktop: &'a Desktop, paint: Paint) -> Self {
        Self::open_with(desktop, paint, "", (1270, 7))
    }

    /// Opens it as any other program's window: framed and focused by the window manager, at about 200,150, 600x400.
    pub fn open_managed(desktop: &'a Desktop, paint: Paint) -> Self {
        Self::open_with(desktop, paint, "--managed", (760, 500))
    }

    fn open_with(desktop: &'a Desktop, paint: Paint, more: &str, corner: (i32, i32)) -> Self {
        let program = std::fs::read(binary("test-window")).unwrap();
        desktop.upload("test-window", &program);
        desktop.bash(&format!(
            "cp /drive/test-window ~/test-window && chmod +x ~/test-window && : >~/window.out && \
             (setsid ~/test-window --log /drive/{LOG} --paint {} {more} </dev/null >~/window.out 2>&1 &)",
            paint.argument()
        ));
        let window = Self {
            desktop,
            seen: Cell::new(0),
            corner,
            marks: Cell::new(0),
        };
        until("the test window has the focus", || {
            let ready = window.all().contains(&Event::Ready);
            (ready || !desktop.bash("cat ~/window.out").is_empty()).then_some(())
        });
        let trouble = desktop.bash("cat ~/window.out");
        assert_eq!(trouble, "", "the test window failed");
        window.during(|| ());
        window
    }

    /// Everything it received since it was opened.
    pub fn all(&self) -> Log {
        let bytes = self.desktop.download(LOG).unwrap_or_default();
        let whole = bytes
            .iter()
            .rposition(|byte| *byte == b'\n')
            .map_or(0, |at| at + 1);
        let lines = bytes[..whole]
            .split(|byte| *byte == b'\n')
            .filter(|line| !line.is_empty());
        lines
            .map(|line| serde_json::from_slice(line).expect("a line of the test window"))
            .collect()
    }

    /// What it receives while `act` runs, exactly: a pointer motion to a corner is sent behind it, and everything before
    /// that motion is the answer. The pointer is in that corner afterwards.
    pub fn during<T>(&self, act: impl FnOnce() -> T) -> (T, Log) {
        let answer = act();
        let mark = self.marks.get();
        self.marks.set(mark + 1);
        let (x, y) = (self.corner.0 + mark % 2, self.corner.1);
        self.desktop
            .act("mouse_move", json!({"coordinate": [x, y]}))
            .expect(200);
        let log = until("the window sees the pointer in the corner", || {
            let new = self.all().split_off(self.seen.get());
            let at = new.iter().position(|event| {
                matches!(event, Event::Motion { x: a, y: b, .. } if (i32::from(*a), i32::from(*b)) == (x, y))
            })?;
            Some((new[..at].to_vec(), at + 1))
        });
        self.seen.set(self.seen.get() + log.1);
        (answer, log.0)
    }

    /// The same without frames that it painted: input only.
    pub fn input<T>(&self, act: impl FnOnce() -> T) -> (T, Log) {
        let (answer, mut log) = self.during(act);
        log.retain(|event| !matches!(event, Event::Painted { .. }));
        (answer, log)
    }
}
