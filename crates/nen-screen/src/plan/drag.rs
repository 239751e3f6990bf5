use std::time::Duration;

use nen_protocol::Point;
use nen_protocol::action::Drag;

use super::{Step, button, holding};

/// Most steps of one straight line.
const MAX_STEPS: i32 = 40;
/// Fewest: programs take a press for a drag only after some motion events.
const MIN_STEPS: i32 = 5;
/// Pixels between two steps of a line that is not too long for it.
const STEP_PIXELS: i32 = 12;
/// A mouse reports 125 times a second; programs that start a drag-and-drop across processes between
/// two reports lose it when all of them come at once.
const REPORT: Duration = Duration::from_millis(8);

pub(super) fn steps(action: &Drag) -> Vec<Step> {
    let Some((&start, rest)) = action.path.split_first() else {
        return Vec::new();
    };
    let mut inner = vec![Step::Button(button::LEFT, true)];
    let mut from = start;
    for &to in rest {
        for point in line(from, to) {
            inner.extend([Step::Pause(REPORT), Step::Move(point)]);
        }
        from = to;
    }
    inner.extend([Step::Pause(REPORT), Step::Button(button::LEFT, false)]);
    let mut steps = vec![Step::Move(start)];
    steps.extend(holding(&action.modifiers, inner));
    steps
}

/// Points from one place to the next, the last exactly there.
fn line(from: Point, to: Point) -> impl Iterator<Item = Point> {
    let (dx, dy) = (to.x - from.x, to.y - from.y);
    let length = dx.abs().max(dy.abs());
    let count = (length / STEP_PIXELS).clamp(MIN_STEPS, MAX_STEPS);
    (1..=count).map(move |n| Point {
        x: from.x + dx * n / count,
        y: from.y + dy * n / count,
    })
}
