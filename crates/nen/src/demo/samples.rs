//! Some more calls of the two kinds that an agent's speed depends on, so that percentiles mean something.

use serde_json::json;

use super::desktop::Desktop;

/// How many of each.
const CALLS: i64 = 50;

/// Moves the pointer about and looks at the screen after each move.
pub fn take(desktop: &mut Desktop) -> anyhow::Result<()> {
    let (width, height) = desktop.size;
    for i in 0..CALLS {
        let point = [width * (i + 1) / (CALLS + 2), height * (i % 10 + 2) / 16];
        desktop.act_with(
            "mouse_move",
            json!({"coordinate": point}),
            json!({"screenshot": "never", "settle": false}),
        )?;
        desktop.screenshot()?;
    }
    Ok(())
}
