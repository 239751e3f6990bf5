import type RFB from "@novnc/novnc";
import { ViewApi } from "./api";
import { bindClipboardPanel } from "./clipboard-panel";
import { Connection } from "./connection";
import { byId } from "./dom";
import { bindEmbedder, isAmongOwn } from "./embed";
import { Events } from "./events";
import { bindFullscreen } from "./fullscreen";
import { bindKeysPanel } from "./keys-panel";
import { onLeaveChord } from "./leave";
import { drawNotice } from "./notice";
import { readPageUrl } from "./page-url";
import { bindScale } from "./scale";
import { mayAct, Store } from "./state";
import { bindTakeover, setControlOf } from "./takeover";
import { drawToolbar } from "./toolbar";

const page = readPageUrl(location);
const store = new Store(page.watch);
const api = new ViewApi(page.desktopId, page.token);
const screen = byId("screen");
const connection = new Connection(screen, api, store, prepare);
const rfb = (): RFB | null => connection.rfb;
const interactive = (): boolean => mayAct(store.state);
const events = new Events(api, store);
const focusDesktop = (): void => {
  if (interactive()) rfb()?.focus();
};

document.documentElement.classList.toggle("embed", page.embed);
drawToolbar(store);
drawNotice(store, page.token !== "", () => connection.retry());
const setControl = setControlOf(api, store, focusDesktop);
bindTakeover(store, setControl);
bindEmbedder(store, page.desktopId, { setControl, focus: focusDesktop, refresh: () => events.refresh() });
bindKeysPanel(store, rfb);
bindScale(store, rfb);
bindFullscreen(focusDesktop);
const clipboard = bindClipboardPanel(rfb);

screen.addEventListener("focus", focusDesktop); // reached by Tab; the canvas inside cannot be
onLeaveChord(screen, () => byId(byId("take").hidden ? "scale" : "take").focus());
store.subscribe((state, before) => {
  screen.tabIndex = interactive() ? 0 : -1;
  const now = rfb();
  if (now && now.viewOnly === interactive()) letAct(now);
  // In a frame the keyboard may be elsewhere, where it is needed.
  const isHere = window.parent === window || document.hasFocus();
  if (isHere && state.phase.kind === "connected" && before.phase.kind !== "connected") focusDesktop();
});
// A new link pasted over the old one changes only the fragment, which does not load a page anew.
addEventListener("hashchange", () => location.reload());

/** Sets a new connection up. */
function prepare(next: RFB): void {
  letAct(next);
  next.scaleViewport = store.state.scale === "fit";
  next.background = "transparent";
  next.qualityLevel = 8; // text stays readable
  next.addEventListener("clipboard", (event) => clipboard.received(event.detail.text));
}

/** The server drops input of a viewer anyway; here none is even sent. */
function letAct(connected: RFB): void {
  connected.viewOnly = !interactive();
  connected.focusOnClick = interactive();
}

// A cookie is everybody's who can frame the page: what another site frames needs a link of its own.
if (page.token || isAmongOwn()) {
  void connection.open();
  void events.follow(page.events);
} else {
  connection.end("token_missing");
}
