import { signal } from "@preact/signals";
import { IconButton } from "./button";
import { Icon } from "./icon";
import "./toast.css";

interface Toast {
  number: number;
  text: string;
  tone: "good" | "bad" | "info";
}

const toasts = signal<readonly Toast[]>([]);
let count = 0;

/** Says something for a few seconds. Bad news stays until it is closed. */
export function toast(text: string, tone: Toast["tone"] = "good"): void {
  const number = ++count;
  toasts.value = [...toasts.value.filter((one) => one.text !== text), { number, text, tone }].slice(-4);
  if (tone !== "bad") setTimeout(() => close(number), 5000);
}

function close(number: number): void {
  toasts.value = toasts.value.filter((one) => one.number !== number);
}

/** Where toasts appear; once, in the shell. A popover, so that it lies above dialogs. */
export function ToastHost() {
  return (
    <div class="toasts" role="status" aria-live="polite" aria-label="Messages">
      {toasts.value.map(({ number, text, tone }) => (
        <div key={number} class={`toast ${tone}`}>
          <Icon name={tone === "good" ? "checkCircle" : tone === "bad" ? "alert" : "info"} size={18} />
          <p>{text}</p>
          <IconButton label="Dismiss" icon="cross" small onClick={() => close(number)} />
        </div>
      ))}
    </div>
  );
}
