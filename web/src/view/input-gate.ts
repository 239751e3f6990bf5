/** RFB messages by which a client acts on a desktop: keys, pointer, clipboard, size, QEMU's keys. */
const INPUT = new Set([4, 5, 6, 251, 255]);

/**
 * Lets no input out while its person only watches, whatever noVNC sends. That is one message: what it can do with the
 * clipboard, which it says once, unasked, and which a server takes for a person's doing. It goes out as soon as the
 * person may act.
 */
export function gateInput(socket: WebSocket, mayAct: () => boolean): void {
  const send = socket.send.bind(socket);
  let held: Uint8Array<ArrayBuffer> | null = null;
  socket.send = (data) => {
    if (mayAct()) {
      if (held) send(held);
      held = null;
    } else if (data instanceof Uint8Array && INPUT.has(data[0] ?? 0)) {
      // noVNC uses its buffer again.
      if (data[0] === 6) held = Uint8Array.from(data);
      return;
    }
    send(data);
  };
}
