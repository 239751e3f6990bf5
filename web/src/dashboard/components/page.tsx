import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import "./page.css";
import { Icon } from "./icon";

/** The frame of a page: its title in the browser and on top, the way back, and what can be done with all of it. */
export function Page(props: {
  title: string;
  /** Shown in place of `title`, as with a badge beside it. */
  heading?: ComponentChildren;
  /** Where it belongs to. */
  back?: { href: string; label: string } | undefined;
  /** A line below the title. */
  lead?: ComponentChildren;
  actions?: ComponentChildren;
  /** `full` uses all of the window; else lines stay short enough to read. */
  width?: "full" | undefined;
  children: ComponentChildren;
}) {
  const { title, heading, back, lead, actions, width, children } = props;
  const top = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} · Nen`;
  }, [title]);
  useEffect(() => {
    // Who uses a screen reader or the keyboard begins at the top of a new page. Not over something open or in use.
    if (!document.querySelector("dialog[open]")) top.current?.focus({ preventScroll: true });
  }, []);
  return (
    <div class={`page ${width ?? ""}`}>
      <header class="page-head">
        <div class="page-title">
          {back && (
            <a class="back" href={back.href}>
              <Icon name="chevronLeft" size={14} />
              {back.label}
            </a>
          )}
          <h1 tabIndex={-1} ref={top}>
            {heading ?? title}
          </h1>
          {lead && <div class="muted">{lead}</div>}
        </div>
        {actions && <div class="page-actions">{actions}</div>}
      </header>
      {children}
    </div>
  );
}

/** A part of a page under a heading of its own. */
export function Section({ title, lead, actions, children }: { title: string; lead?: ComponentChildren; actions?: ComponentChildren; children: ComponentChildren }) {
  return (
    <section class="section" aria-label={title}>
      <header>
        <div>
          <h2>{title}</h2>
          {lead && <p class="muted">{lead}</p>}
        </div>
        {actions && <div class="row wrap">{actions}</div>}
      </header>
      {children}
    </section>
  );
}
