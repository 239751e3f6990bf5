import { effect, signal } from "@preact/signals";

export type Theme = "auto" | "light" | "dark";

const NAME = "nen-theme";

/** The one thing this page remembers by itself: how it looks to whoever sits here. */
export const theme = signal<Theme>(kept());

effect(() => {
  const chosen = theme.value;
  if (chosen === "auto") delete document.documentElement.dataset["theme"];
  else document.documentElement.dataset["theme"] = chosen;
  try {
    if (chosen === "auto") localStorage.removeItem(NAME);
    else localStorage.setItem(NAME, chosen);
  } catch {
    // storage is switched off: the choice holds until the page is closed
  }
});

function kept(): Theme {
  try {
    const found = localStorage.getItem(NAME);
    return found === "light" || found === "dark" ? found : "auto";
  } catch {
    return "auto";
  }
}
