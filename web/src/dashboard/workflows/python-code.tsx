import { useMemo } from "preact/hooks";
import { Copy } from "../components/copy";
import { linesOf, pythonTokens, type Token } from "./python-tokens";
import "./python-code.css";

/** A file to read, with numbers of lines; Python in colours. */
export function PythonCode({ text, label, isPython = true }: { text: string; label: string; isPython?: boolean }) {
  const lines = useMemo(() => linesOf(isPython ? pythonTokens(text) : [{ kind: "plain", text }]), [text, isPython]);
  return (
    <div class="source">
      <pre tabIndex={0} aria-label={label}>
        <ol>
          {lines.map((line, index) => (
            <li key={index}>
              <Line tokens={line} />
            </li>
          ))}
        </ol>
      </pre>
      <Copy text={text} label={`Copy ${label}`} />
    </div>
  );
}

function Line({ tokens }: { tokens: readonly Token[] }) {
  return (
    <code>
      {tokens.map(({ kind, text }, index) => (kind === "plain" ? text : <span key={index} class={`py-${kind}`}>{text}</span>))}
      {"\n"}
    </code>
  );
}
