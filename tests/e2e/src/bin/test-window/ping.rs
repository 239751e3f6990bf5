use x11rb::protocol::xproto::*;
use x11rb::rust_connection::RustConnection;
use x11rb::wrapper::ConnectionExt as _;

fn atom(x11: &RustConnection, name: &[u8]) -> Atom {
    x11.intern_atom(false, name).unwrap().reply().unwrap().atom
}

/// Says that the window answers pings, as those of every common toolkit do.
pub fn take_part(x11: &RustConnection, window: Window) {
    let (protocols, ping) = (atom(x11, b"WM_PROTOCOLS"), atom(x11, b"_NET_WM_PING"));
    x11.change_property32(
        PropMode::REPLACE,
        window,
        protocols,
        AtomEnum::ATOM,
        &[ping],
    )
    .unwrap();
}

/// Answers a ping; everything that came before it has been read then.
pub fn answer(x11: &RustConnection, root: Window, message: ClientMessageEvent) {
    if message.data.as_data32()[0] != atom(x11, b"_NET_WM_PING") {
        return;
    }
    let answer = ClientMessageEvent {
        window: root,
        ..message
    };
    let mask = EventMask::SUBSTRUCTURE_NOTIFY | EventMask::SUBSTRUCTURE_REDIRECT;
    x11.send_event(false, root, mask, answer).unwrap();
}
