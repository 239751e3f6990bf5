import type RFB from "@novnc/novnc";
import { ViewApi } from "./api";
import { bindClipboardPanel } from "./clipboard-panel";
import { Connection } from "./connection";
import { byId } from "./dom";
import { tellEmbedder } from "./embed";
import { followEvents } from "./events";
import { bindFullscreen } from "./fullscreen";
import { bindKeysPanel } from "./keys-panel";
import { onLeaveChord } from "./leave";
import { drawNotice } from "./notice";
import { readPageUrl } from "./page-url";
import { bindScale } from "./scale";
import { Store } from "./state";
import { bindTakeover } from "./takeover";
import { drawToolbar } from "./toolbar";

const page = readPageUrl(location);
const store = new Store();
const api = new ViewApi(page.desktopId, page.token);
const screen = byId("screen");
const connection = new Connection(screen, api, store, prepare);
const rfb = (): RFB | null => connection.rfb;
const interactive = (): boolean => store.state.session?.role === "interactive";
const focusDesktop = (): void => {
  if (interactive()) rfb()?.focus();
};

document.documentElement.classList.toggle("embed", page.embed);
drawToolbar(store);
drawNotice(store, () => connection.retry());
tellEmbedder(store, page.desktopId);
bindTakeover(api, store, focusDesktop);
bindKeysPanel(store, rfb);
bindScale(store, rfb);
bindFullscreen(focusDesktop);
const clipboard = bindClipboardPanel(rfb);

screen.addEventListener("focus", focusDesktop); // reached by Tab; the canvas inside cannot be
onLeaveChord(screen, () => byId(byId("take").hidden ? "scale" : "take").focus());
store.subscribe((state, before) => {
  screen.tabIndex = interactive() ? 0 : -1;
  if (state.phase.kind === "connected" && before.phase.kind !== "connected") focusDesktop();
});
// A new link pasted over the old one changes only the fragment, which does not load a page anew.
addEventListener("hashchange", () => location.reload());

/** Sets a new connection up. The server drops input of a viewer anyway; here none is even sent. */
function prepare(next: RFB): void {
  next.viewOnly = !interactive();
  next.focusOnClick = interactive();
  next.scaleViewport = store.state.scale === "fit";
  next.background = "transparent";
  next.qualityLevel = 8; // text stays readable
  next.addEventListener("clipboard", (event) => clipboard.received(event.detail.text));
}

if (page.token) {
  void connection.open();
  void followEvents(api, store);
} else {
  connection.end("token_missing");
}
