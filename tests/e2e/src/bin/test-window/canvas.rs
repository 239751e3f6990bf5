use std::time::{Duration, Instant};

use x11rb::connection::Connection;
use x11rb::protocol::xproto::*;
use x11rb::rust_connection::RustConnection;

const RED: u32 = 0x00ff_0000;
const GREEN: u32 = 0x0000_ff00;
const BLUE: u32 = 0x0000_00ff;
const WHITE: u32 = 0x00ff_ffff;
const GROUND: u32 = 0x0020_4060;

/// The surface of the window and when it is painted next.
#[derive(Debug)]
pub struct Canvas<'a> {
    x11: &'a RustConnection,
    window: Window,
    pen: Gcontext,
    size: (u16, u16),
    mode: String,
    /// Key and button presses so far.
    presses: u32,
    /// Frames painted by itself so far.
    frames: u32,
    /// Frames left of an animation.
    left: u32,
    due: Option<Instant>,
}

impl<'a> Canvas<'a> {
    /// Nothing is painted before the first exposure.
    pub fn new(x11: &'a RustConnection, window: Window, size: (u16, u16), mode: &str) -> Self {
        let pen = x11.generate_id().unwrap();
        x11.create_gc(pen, window, &CreateGCAux::new())
            .unwrap()
            .check()
            .unwrap();
        let mut canvas = Self {
            x11,
            window,
            pen,
            size,
            mode: mode.to_owned(),
            presses: 0,
            frames: 0,
            left: 0,
            due: None,
        };
        canvas.due = canvas.interval().map(|interval| Instant::now() + interval);
        canvas
    }

    /// How often this mode paints by itself.
    fn interval(&self) -> Option<Duration> {
        match self.mode.as_str() {
            "caret" => Some(Duration::from_millis(500)),
            "clock" => Some(Duration::from_secs(1)),
            "film" => Some(Duration::from_millis(33)),
            "animation" if self.left > 0 => Some(Duration::from_millis(16)),
            _ => None,
        }
    }

    /// When the next frame is due.
    pub fn due(&self) -> Option<Instant> {
        self.due
    }

    /// Paints everything.
    pub fn paint_all(&self) {
        let (width, height) = self.size;
        self.fill(GROUND, 0, 0, width, height);
        let (right, below) = (width / 2, height / 2);
        match self.mode.as_str() {
            "quarters" => {
                self.fill(RED, 0, 0, right, below);
                self.fill(GREEN, right, 0, width - right, below);
                self.fill(BLUE, 0, below, right, height - below);
                self.fill(WHITE, right, below, width - right, height - below);
            }
            "square" => self.fill(RED, self.square(), 200, 20, 20),
            _ => {}
        }
    }

    fn square(&self) -> u16 {
        100 + 30 * (self.presses % 20) as u16
    }

    /// A key or button was pressed.
    pub fn pressed(&mut self) {
        let (width, height) = self.size;
        match self.mode.as_str() {
            "square" => {
                self.fill(GROUND, self.square(), 200, 20, 20);
                self.presses += 1;
                self.fill(RED, self.square(), 200, 20, 20);
            }
            "flash" => self.fill(GREEN, 0, 0, width, height),
            "animation" => {
                self.left = 25;
                self.due = Some(Instant::now());
            }
            _ => {}
        }
    }

    /// Paints the next frame when it is due, and counts it.
    pub fn paint_due(&mut self) -> Option<u32> {
        let due = self.due.filter(|due| *due <= Instant::now())?;
        self.frames += 1;
        let (width, height) = self.size;
        let even = self.frames.is_multiple_of(2);
        match self.mode.as_str() {
            "caret" => self.fill(if even { GROUND } else { WHITE }, 300, 300, 2, 16),
            "clock" => {
                self.fill(GROUND, 1000, 700, 60, 16);
                self.fill(WHITE, 1000, 700, 1 + (self.frames % 60) as u16, 16);
            }
            "film" => self.fill(GROUND ^ (self.frames & 0xff), 0, 0, width, height),
            "animation" => {
                self.left = self.left.saturating_sub(1);
                let x = 20 * (25 - self.left as u16);
                self.fill(RED, x, 100, 300, 300);
                if self.left == 0 {
                    self.fill(GREEN, 0, 0, width, height);
                }
            }
            _ => {}
        }
        self.due = self.interval().map(|interval| due + interval);
        Some(self.frames)
    }

    fn fill(&self, colour: u32, x: u16, y: u16, width: u16, height: u16) {
        self.x11
            .change_gc(self.pen, &ChangeGCAux::new().foreground(colour))
            .unwrap();
        let rectangle = Rectangle {
            x: x as i16,
            y: y as i16,
            width,
            height,
        };
        self.x11
            .poly_fill_rectangle(self.window, self.pen, &[rectangle])
            .unwrap();
    }
}
