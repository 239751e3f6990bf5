import type { ComponentChildren } from "preact";
import { useRef, useState } from "preact/hooks";
import { Icon } from "./icon";
import "./drop-zone.css";

/**
 * Takes files that are dragged onto it or chosen. With `children` it lies around them and shows itself only while
 * something is dragged over; without, it is a field of its own.
 */
export function DropZone(props: {
  label: string;
  hint?: string | undefined;
  accept?: string | undefined;
  multiple?: boolean | undefined;
  disabled?: boolean | undefined;
  onFiles(files: File[]): void;
  children?: ComponentChildren;
}) {
  const { label, hint, accept, multiple = true, disabled, onFiles, children } = props;
  const [over, setOver] = useState(false);
  const depth = useRef(0); // of elements inside that the pointer has entered
  const take = (list: FileList | null | undefined): void => {
    const files = [...(list ?? [])].slice(0, multiple ? undefined : 1);
    if (files.length && !disabled) onFiles(files);
  };
  const field = (
    <label class="drop-field">
      <Icon name="upload" size={20} />
      <span>
        <strong>{label}</strong>
        {hint && <span class="muted small">{hint}</span>}
      </span>
      <input
        class="unseen"
        type="file"
        accept={accept}
        multiple={multiple}
        disabled={disabled ?? false}
        onChange={(event) => {
          take(event.currentTarget.files);
          event.currentTarget.value = ""; // the same file can be chosen again
        }}
      />
    </label>
  );
  return (
    <div
      class={`drop-zone ${over && !disabled ? "over" : ""} ${children ? "around" : ""}`}
      onDragEnter={(event) => {
        event.preventDefault();
        depth.current += 1;
        setOver(true);
      }}
      onDragOver={(event) => event.preventDefault()}
      onDragLeave={() => {
        depth.current -= 1;
        if (depth.current <= 0) setOver(false);
      }}
      onDrop={(event) => {
        event.preventDefault();
        depth.current = 0;
        setOver(false);
        take(event.dataTransfer?.files);
      }}
    >
      {children ?? field}
      {children && over && !disabled && <div class="drop-veil">{label}</div>}
    </div>
  );
}

/** A button that opens the chooser of files. */
export function ChooseFiles({ label, multiple = true, accept, onFiles }: { label: string; multiple?: boolean; accept?: string; onFiles(files: File[]): void }) {
  return (
    <label class="button plain choose">
      <Icon name="upload" />
      <span>{label}</span>
      <input
        class="unseen"
        type="file"
        multiple={multiple}
        accept={accept}
        onChange={(event) => {
          const files = [...(event.currentTarget.files ?? [])];
          event.currentTarget.value = "";
          if (files.length) onFiles(files);
        }}
      />
    </label>
  );
}
