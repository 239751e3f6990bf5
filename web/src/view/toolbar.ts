import { byId } from "./dom";
import { control, type Control, mayAct, type Phase, type State, type Store } from "./state";

const PHASES: Record<Phase["kind"], string> = {
  connecting: "Connecting",
  connected: "Connected",
  waiting: "Reconnecting",
  ended: "Disconnected",
};

const CONTROLS: Record<Control, [text: string, title: string]> = {
  agent: ["Agent in control", "The agent drives this desktop; you are watching."],
  shared: ["Shared with the agent", "You and the agent can both act. Take control to make the agent wait."],
  person: ["A person in control", "A person holds this desktop; the agent waits."],
  you: ["You are in control", "The agent waits until you hand the desktop back."],
};

/** Draws the bar from the state. What its buttons do is bound by the modules that own it. */
export function drawToolbar(store: Store): void {
  store.subscribe((state) => {
    drawWho(state);
    drawFacts(state);
    drawTools(state);
  });
}

function drawWho(state: State): void {
  const { session } = state;
  const name = session?.name || session?.desktop_id || "Desktop";
  byId("name").textContent = name;
  byId("name").title = session?.desktop_id ?? "";
  byId("screen").setAttribute("aria-label", `Screen of ${name}`);
  document.title = session ? `${name} · Nen` : "Live view · Nen";
  byId("role").hidden = !session;
  byId("role").textContent = mayAct(state) ? "Interactive" : "View only";
}

function drawFacts(state: State): void {
  byId("connection").dataset["state"] = state.phase.kind;
  byId("connection-text").textContent =
    state.phase.kind === "connected" && state.session?.status === "paused" ? "Paused" : PHASES[state.phase.kind];
  const who = control(state);
  const label = byId("control");
  label.hidden = !who || state.phase.kind === "ended";
  if (!who) return;
  const [text, title] = CONTROLS[who];
  label.dataset["control"] = who;
  label.textContent = text;
  label.title = title;
}

function drawTools(state: State): void {
  const up = state.phase.kind === "connected";
  const interactive = mayAct(state);
  const taken = state.session?.takeover ?? false;
  const take = byId<HTMLButtonElement>("take");
  take.hidden = !(up && interactive);
  take.textContent = taken ? "Hand back" : "Take control";
  take.classList.toggle("quiet", taken);
  byId("keys").hidden = !(up && interactive);
  byId("clipboard").hidden = !(up && interactive);
  byId("scale").hidden = !up;
  byId("fullscreen").hidden = !up || !document.fullscreenEnabled;
  byId("scale").setAttribute("aria-pressed", String(state.scale === "actual"));
  document.body.classList.toggle("viewing", !interactive);
}
