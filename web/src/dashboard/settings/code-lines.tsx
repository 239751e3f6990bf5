import type { ComponentChildren } from "preact";
import { Code } from "../components/code";

/** Lines to copy, under a heading that says where they belong. */
export function CodeLines({ title, text, children }: { title: string; text: string; children?: ComponentChildren }) {
  return (
    <div class="settings-lines">
      <h3>{title}</h3>
      <Code label={`Lines: ${title}`} text={text} />
      {children && <p class="muted small">{children}</p>}
    </div>
  );
}
