import { signal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { Button } from "./button";
import { Dialog } from "./dialog";
import { TextField } from "./fields";

interface Question {
  title: string;
  text: ComponentChildren;
  /** What the button says: the deed, not "OK". */
  confirm: string;
  /** Nothing brings it back. */
  danger?: boolean | undefined;
  /** What has to be typed first, for what hurts most. */
  typed?: string | undefined;
}

const open = signal<(Question & { answer(yes: boolean): void }) | null>(null);

/** Asks before something dangerous; true when the person wants it. */
export function ask(question: Question): Promise<boolean> {
  open.peek()?.answer(false);
  return new Promise((resolve) => {
    open.value = {
      ...question,
      answer(yes) {
        open.value = null;
        resolve(yes);
      },
    };
  });
}

/** Where `ask` shows its question; once, in the shell. */
export function AskHost() {
  const question = open.value;
  return question && <Asked key={question.title} {...question} />;
}

function Asked({ title, text, confirm, danger, typed, answer }: Question & { answer(yes: boolean): void }) {
  const [said, setSaid] = useState("");
  const isReady = typed === undefined || said === typed;
  return (
    <Dialog
      title={title}
      onClose={() => answer(false)}
      onSubmit={() => isReady && answer(true)}
      footer={
        <>
          <Button onClick={() => answer(false)} data-autofocus={danger && !typed ? true : undefined}>
            Cancel
          </Button>
          <Button type="submit" kind={danger ? "danger" : "primary"} disabled={!isReady}>
            {confirm}
          </Button>
        </>
      }
    >
      <div class="muted">{text}</div>
      {typed !== undefined && <TextField label={`Type “${typed}” to go on`} value={said} onChange={setSaid} autoComplete="off" />}
    </Dialog>
  );
}
