import { byId } from "./dom";
import type { EndReason, State, Store } from "./state";

interface Message {
  title: string;
  text: string;
  hint?: string;
  /** Seconds to the next attempt; offers to make it now. */
  retryIn?: number;
}

const ENDED: Record<EndReason, Message> = {
  session_ended: {
    title: "This session has ended",
    text: "The live view was closed, or its desktop no longer exists. Nothing more is sent or shown here.",
    hint: "To watch again, open a new session for the desktop and use its new link.",
  },
  token_rejected: {
    title: "This link is not valid any more",
    text: "Links to a live view work for a limited time and for one desktop only. This one has expired, was replaced, or is incomplete.",
    hint: "Ask whoever sent it for a new link, or open a new session for the desktop.",
  },
  token_missing: {
    title: "This link is incomplete",
    text: "The part after # is missing from the address. It is what lets you in.",
    hint: "Copy the whole link again, from the beginning to the end. Or sign in at this server, and load this page again.",
  },
  forbidden: {
    title: "You may not see this desktop",
    text: "The key you are signed in with lacks the scope desktops:read.",
    hint: "Sign in with another key, or ask for a link to the live view.",
  },
};

/** Where a browser that is signed in needs no link. */
const WITHOUT_LINK: Partial<Record<EndReason, Message>> = {
  session_ended: {
    title: "This desktop is gone",
    text: "It was deleted, or it belongs to another workspace. Nothing more is sent or shown here.",
  },
};
const SIGNED_OUT: Message = {
  title: "You are signed out",
  text: "Nothing more is sent or shown here. The desktop keeps running without you.",
  hint: "Sign in again, and load this page anew.",
};

function ended(reason: EndReason, wasIn: boolean, hasLink: boolean): Message {
  if (hasLink) return ENDED[reason];
  if (reason === "token_missing" && wasIn) return SIGNED_OUT;
  return WITHOUT_LINK[reason] ?? ENDED[reason];
}

function message(state: State, hasLink: boolean): Message | null {
  const { phase, session } = state;
  if (phase.kind === "ended") return ended(phase.reason, session !== null, hasLink);
  if (phase.kind === "connecting") return { title: "Connecting", text: "Opening the live view of this desktop." };
  if (phase.kind === "connected") return null;
  const seconds = Math.max(0, Math.ceil((phase.retryAt - Date.now()) / 1000));
  if (session?.status === "paused") {
    return { title: "This desktop is paused", text: "It shows again as soon as it is resumed.", retryIn: seconds };
  }
  if (session?.status === "error") {
    return { title: "This desktop has failed", text: "It may come back after a restart; otherwise create a new one.", retryIn: seconds };
  }
  return { title: "Connection lost", text: "The desktop keeps running without you.", retryIn: seconds };
}

/** Says over the desktop what is wrong and what to do about it. */
export function drawNotice(store: Store, hasLink: boolean, retry: () => void): void {
  byId("notice-retry").addEventListener("click", retry);
  let drawn = "";
  const draw = (): void => {
    const found = message(store.state, hasLink);
    const key = JSON.stringify(found);
    if (key === drawn) return;
    drawn = key;
    byId("notice").hidden = !found;
    write("notice-title", found?.title);
    write("notice-text", found?.text);
    write("notice-hint", found?.hint);
    byId("notice-hint").hidden = !found?.hint;
    const wait = found?.retryIn;
    byId("notice-retry").hidden = wait === undefined;
    // Not read aloud: it changes every second.
    byId("notice-wait").textContent = wait === undefined ? "" : wait > 0 ? `Trying again in ${wait} s` : "Trying again";
  };
  store.subscribe(draw);
  setInterval(draw, 500);
}

/** Writes only what differs, so that a screen reader does not read the same words again. */
function write(id: string, text = ""): void {
  const element = byId(id);
  if (element.textContent !== text) element.textContent = text;
}
