const CHORD = ["Control", "Alt", "Shift"];

/**
 * The desktop takes every key, Tab included, so there has to be a way out without a pointer: Ctrl+Alt+Shift pressed and
 * let go with nothing else. It fires after the last release, when no key is left down in the desktop.
 */
export function onLeaveChord(element: HTMLElement, leave: () => void): void {
  const down = new Set<string>();
  let complete = false;
  let spoiled = false;
  element.addEventListener(
    "keydown",
    (event) => {
      down.add(event.key === "Meta" ? "Alt" : event.key); // Shift+Alt is reported as Meta by some systems
      if (!CHORD.includes(event.key) && event.key !== "Meta") spoiled = true;
      if (CHORD.every((key) => down.has(key))) complete = true;
    },
    true,
  );
  element.addEventListener(
    "keyup",
    (event) => {
      const { ctrlKey, altKey, shiftKey, metaKey } = event;
      if (ctrlKey || altKey || shiftKey || metaKey) return;
      if (complete && !spoiled) setTimeout(leave); // after noVNC has seen the release
      down.clear();
      complete = spoiled = false;
    },
    true,
  );
}
