import type { ComponentChildren } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { Button } from "../components/button";
import { Dialog } from "../components/dialog";
import { Note } from "../components/notice";
import "./secret-dialog.css";
import { ValueToCopy } from "./value-to-copy";

/**
 * Shows a secret that nobody can be shown again. Only its own button closes it: Esc, the cross and a click beside it are
 * too easily done by accident, and then the secret is lost.
 */
export function SecretDialog(props: {
  title: string;
  /** What it is: "The key". */
  label: string;
  secret: string;
  onClose(): void;
  /** How it is used. */
  children: ComponentChildren;
}) {
  const { title, label, secret, onClose, children } = props;
  const [isHasty, setHasty] = useState(false);
  const top = useRef<HTMLDivElement>(null);
  // Before the dialog opens, which then begins at the button to copy.
  useLayoutEffect(() => top.current?.querySelector("button")?.setAttribute("data-autofocus", ""), []);
  useEffect(() => heldOpen(top.current?.closest("dialog"), () => setHasty(true)), []);
  return (
    <Dialog
      title={title}
      wide
      onClose={() => setHasty(true)}
      footer={
        <>
          <p class="secret-hasty" role="status">
            {isHasty && "It cannot be shown again. Close this with the button when you have it."}
          </p>
          <Button kind="primary" icon="check" onClick={onClose}>
            I have stored it
          </Button>
        </>
      }
    >
      <div ref={top}>
        <ValueToCopy label={label} text={secret} />
      </div>
      <Note icon="alert" tone="warn">
        This is the only time it is shown. Keep it where you keep passwords; who has it can use it.
      </Note>
      {children}
    </Dialog>
  );
}

/** Browsers close a dialog at the second Esc, and at a phone's way back, whatever the page says: both are caught here. */
function heldOpen(dialog: HTMLDialogElement | null | undefined, onTry: () => void): () => void {
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== "Escape") return;
    event.preventDefault();
    onTry();
  };
  const onClosed = (): void => {
    dialog?.showModal();
    onTry();
  };
  document.addEventListener("keydown", onKeyDown, true);
  dialog?.addEventListener("close", onClosed);
  return () => {
    document.removeEventListener("keydown", onKeyDown, true);
    dialog?.removeEventListener("close", onClosed);
  };
}
