import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import { IconButton } from "./button";
import "./dialog.css";

/**
 * A window over the page. It is open while it is rendered; Esc, the cross and a click beside it ask to close it. The
 * focus goes to `[autofocus]` or the first field, and back to where it was.
 */
export function Dialog(props: {
  title: string;
  onClose(): void;
  children: ComponentChildren;
  /** Buttons at the bottom, the one that goes on last. */
  footer?: ComponentChildren;
  wide?: boolean | undefined;
  /** Makes the dialog a form; Enter in a field submits it. */
  onSubmit?: (() => void) | undefined;
}) {
  const { title, onClose, children, footer, wide, onSubmit } = props;
  const element = useRef<HTMLDialogElement>(null);
  const heading = useId();
  useEffect(() => {
    const dialog = element.current;
    const before = document.activeElement;
    dialog?.showModal();
    dialog?.querySelector<HTMLElement>(".dialog-body :is(input, select, textarea):not([type=hidden])")?.focus();
    dialog?.querySelector<HTMLElement>("[data-autofocus]")?.focus();
    return () => {
      dialog?.close();
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  const content = (
    <>
      <header>
        <h2 id={heading}>{title}</h2>
        <IconButton label="Close" icon="cross" small onClick={onClose} />
      </header>
      <div class="dialog-body">{children}</div>
      {footer && <footer>{footer}</footer>}
    </>
  );
  return (
    <dialog
      ref={element}
      class={`dialog ${wide ? "wide" : ""}`}
      aria-labelledby={heading}
      onCancel={(event) => {
        if (event.target !== element.current) return; // a file chooser inside was closed
        event.preventDefault();
        onClose();
      }}
      onMouseDown={(event) => event.target === element.current && onClose()}
    >
      {onSubmit ? (
        <form
          class="dialog-content"
          noValidate
          onSubmit={(event) => {
            event.preventDefault();
            onSubmit();
          }}
        >
          {content}
        </form>
      ) : (
        <div class="dialog-content">{content}</div>
      )}
    </dialog>
  );
}
