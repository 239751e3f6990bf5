import type RFB from "@novnc/novnc";
import { byId } from "./dom";
import { KEYS, type KeyName, keysymOf } from "./keysym";
import { mayAct, type Store } from "./state";

const HELD: KeyName[] = ["Ctrl", "Alt", "Super"];
const PRESSED: KeyName[] = ["Tab", "Esc"];

/** Keys that a browser keeps to itself, or that a phone does not have. */
export function bindKeysPanel(store: Store, rfb: () => RFB | null): void {
  const held = new Map<KeyName, HTMLButtonElement>();

  const hold = (name: KeyName, down: boolean): void => {
    rfb()?.sendKey(KEYS[name][0], KEYS[name][1], down);
    held.get(name)?.setAttribute("aria-pressed", String(down));
    const any = [...held.values()].some((button) => button.ariaPressed === "true");
    byId("keys").classList.toggle("on", any);
  };
  for (const name of HELD) {
    const button = addButton("keys-held", name, () => hold(name, button.ariaPressed !== "true"));
    button.setAttribute("aria-pressed", "false");
    held.set(name, button);
  }
  for (const name of PRESSED) addButton("keys-pressed", name, () => rfb()?.sendKey(KEYS[name][0], KEYS[name][1]));
  addButton("keys-pressed", "Ctrl+Alt+Del", () => rfb()?.sendCtrlAltDel());

  byId("keys-form").addEventListener("submit", (event) => {
    event.preventDefault();
    const input = byId<HTMLInputElement>("keys-text");
    for (const character of input.value) rfb()?.sendKey(keysymOf(character), null);
    input.value = "";
  });

  // Another connection knows nothing of the keys this one held, and who only watches holds none.
  store.subscribe((state, before) => {
    const left = before.phase.kind === "connected" && state.phase.kind !== "connected";
    if (left || (mayAct(before) && !mayAct(state))) for (const name of HELD) hold(name, false);
  });
}

function addButton(row: string, label: string, press: () => void): HTMLButtonElement {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = label;
  button.addEventListener("click", press);
  byId(row).append(button);
  return button;
}
