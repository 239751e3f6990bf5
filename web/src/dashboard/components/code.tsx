import { Copy } from "./copy";
import "./code.css";

/** Text as it is, with a button to copy it. `label` names it for screen readers. */
export function Code({ text, label, wrap, tall }: { text: string; label: string; wrap?: boolean; tall?: boolean }) {
  return (
    <div class={`code ${wrap ? "wrap" : ""} ${tall ? "tall" : ""}`}>
      <pre tabIndex={0} aria-label={label}>
        {text}
      </pre>
      <Copy text={text} label={`Copy ${label.charAt(0).toLowerCase()}${label.slice(1)}`} />
    </div>
  );
}
