use std::{error::Error, io};

use super::resolver::ResolveError;

/// Says why no answer came from `host`, without what was sent or where exactly to.
pub(super) fn describe(error: &reqwest::Error, host: &str) -> String {
    let mut deepest: &(dyn Error + 'static) = error;
    loop {
        if let Some(resolve) = deepest.downcast_ref::<ResolveError>() {
            return resolve.to_string();
        }
        if let Some(tls) = deepest.downcast_ref::<rustls::Error>() {
            return format!("no secure connection to {host}: {tls}");
        }
        let Some(next) = beneath(deepest) else { break };
        deepest = next;
    }
    match deepest.downcast_ref::<io::Error>().map(io::Error::kind) {
        Some(io::ErrorKind::ConnectionRefused) => {
            format!("{host} refuses connections on this port")
        }
        Some(io::ErrorKind::ConnectionReset) => format!("{host} broke the connection off"),
        _ if error.is_connect() => format!("cannot connect to {host}: {deepest}"),
        _ => format!("{host} gave no answer that can be read: {deepest}"),
    }
}

/// What an error is about. An [`io::Error`] that holds another hides it from its `source`.
fn beneath<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a (dyn Error + 'static)> {
    let held = error
        .downcast_ref::<io::Error>()
        .and_then(io::Error::get_ref);
    match held {
        Some(held) => Some(held),
        None => error.source(),
    }
}
