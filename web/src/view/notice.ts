import { byId } from "./dom";
import type { EndReason, State, Store } from "./state";

interface Message {
  title: string;
  text: string;
  hint?: string;
  retry?: boolean;
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
    hint: "Copy the whole link again, from the beginning to the end.",
  },
};

function message(state: State): Message | null {
  const { phase, session } = state;
  if (phase.kind === "ended") return ENDED[phase.reason];
  if (phase.kind === "connecting") return { title: "Connecting", text: "Opening the live view of this desktop." };
  if (phase.kind === "connected") return null;
  const seconds = Math.max(0, Math.ceil((phase.retryAt - Date.now()) / 1000));
  const when = seconds > 0 ? `Trying again in ${seconds} s.` : "Trying again.";
  if (session?.status === "paused") {
    return { title: "This desktop is paused", text: `It shows again as soon as it is resumed. ${when}`, retry: true };
  }
  if (session?.status === "error") {
    return { title: "This desktop has failed", text: `It may come back after a restart; otherwise create a new one. ${when}`, retry: true };
  }
  return { title: "Connection lost", text: `The desktop keeps running without you. ${when}`, retry: true };
}

/** Says over the desktop what is wrong and what to do about it. */
export function drawNotice(store: Store, retry: () => void): void {
  byId("notice-retry").addEventListener("click", retry);
  let drawn = "";
  const draw = (): void => {
    const found = message(store.state);
    const key = JSON.stringify(found);
    if (key === drawn) return;
    drawn = key;
    byId("notice").hidden = !found;
    byId("notice-title").textContent = found?.title ?? "";
    byId("notice-text").textContent = found?.text ?? "";
    byId("notice-hint").textContent = found?.hint ?? "";
    byId("notice-hint").hidden = !found?.hint;
    byId("notice-retry").hidden = !found?.retry;
  };
  store.subscribe(draw);
  setInterval(draw, 500);
}
