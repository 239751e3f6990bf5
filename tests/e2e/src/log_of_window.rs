use crate::Event;

/// What a window received during something, in order.
pub type Log = Vec<Event>;

/// Key events as `+Control_L`, `+a`, `-a`, `-Control_L`.
pub fn keys(log: &[Event]) -> Vec<String> {
    let keys = log.iter().filter_map(|event| match event {
        Event::KeyPress(key) => Some(format!("+{}", key.keysym)),
        Event::KeyRelease(key) => Some(format!("-{}", key.keysym)),
        _ => None,
    });
    keys.collect()
}

/// What the keys typed together.
pub fn texts(log: &[Event]) -> String {
    let texts = log.iter().filter_map(|event| match event {
        Event::KeyPress(key) => Some(key.text.as_str()),
        _ => None,
    });
    texts.collect()
}

/// Button events as `+1 500,300`, `-1 500,300`.
pub fn clicks(log: &[Event]) -> Vec<String> {
    let clicks = log.iter().filter_map(|event| match event {
        Event::ButtonPress(at) => Some(format!("+{} {},{}", at.button, at.x, at.y)),
        Event::ButtonRelease(at) => Some(format!("-{} {},{}", at.button, at.x, at.y)),
        _ => None,
    });
    clicks.collect()
}
