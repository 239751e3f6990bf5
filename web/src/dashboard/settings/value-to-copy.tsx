import { Copy } from "../components/copy";

/** A value that is there to be taken along: all of it can be seen, selected with one click, and copied. */
export function ValueToCopy({ label, text }: { label: string; text: string }) {
  return (
    <div class="settings-value" role="group" aria-label={label}>
      <code>{text}</code>
      <Copy text={text} label={`Copy ${label.charAt(0).toLowerCase()}${label.slice(1)}`} small={false}>
        Copy
      </Copy>
    </div>
  );
}
