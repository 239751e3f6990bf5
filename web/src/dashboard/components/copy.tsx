import { useRef, useState } from "preact/hooks";
import { Button, IconButton } from "./button";
import { toast } from "./toast";

/** Puts text into the clipboard; without `children` only a drawing. `label` says what is copied: "Copy id". */
export function Copy({ text, label, children, small = true }: { text: string | (() => string); label: string; children?: string; small?: boolean }) {
  const [done, setDone] = useState(false);
  const timer = useRef(0);
  const copy = async (): Promise<void> => {
    if (!(await toClipboard(typeof text === "string" ? text : text()))) {
      toast("The browser does not allow copying here. Select the text and copy it yourself.", "bad");
      return;
    }
    setDone(true);
    clearTimeout(timer.current);
    timer.current = window.setTimeout(() => setDone(false), 1600);
  };
  const look = { icon: done ? "check" : "copy", small, onClick: () => void copy() } as const;
  if (!children) return <IconButton label={done ? "Copied" : label} {...look} />;
  return (
    <Button title={label} {...look}>
      {done ? "Copied" : children}
    </Button>
  );
}

async function toClipboard(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return byCommand(text); // a page without https has no other way
  }
}

function byCommand(text: string): boolean {
  const field = document.createElement("textarea");
  field.value = text;
  field.className = "unseen";
  (document.querySelector("dialog[open]") ?? document.body).append(field);
  field.select();
  const done = document.execCommand("copy");
  field.remove();
  return done;
}
