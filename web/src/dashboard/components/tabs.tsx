import type { ComponentChildren } from "preact";
import { useRef } from "preact/hooks";
import "./tabs.css";

export interface Tab {
  id: string;
  label: string;
  /** How many there are, where that helps. */
  count?: number | undefined;
}

/** A row of tabs and the panel of the chosen one. Arrow keys, Home and End go from tab to tab. */
export function Tabs(props: {
  label: string;
  tabs: readonly Tab[];
  value: string;
  onChange(id: string): void;
  children: ComponentChildren;
}) {
  const { label, tabs, value, onChange, children } = props;
  const list = useRef<HTMLDivElement>(null);
  const at = Math.max(0, tabs.findIndex(({ id }) => id === value));

  const onKeyDown = (event: KeyboardEvent): void => {
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const index = (to + tabs.length) % tabs.length;
    const tab = tabs[index];
    if (tab) onChange(tab.id);
    list.current?.querySelectorAll<HTMLElement>("[role=tab]")[index]?.focus();
  };

  return (
    <div class="tabs">
      <div class="tab-list" role="tablist" aria-label={label} ref={list} onKeyDown={onKeyDown}>
        {tabs.map((tab, index) => (
          <button
            key={tab.id}
            type="button"
            role="tab"
            id={`tab-${tab.id}`}
            aria-controls={`panel-${tab.id}`}
            aria-selected={index === at}
            tabIndex={index === at ? 0 : -1}
            onClick={() => onChange(tab.id)}
          >
            {tab.label}
            {tab.count !== undefined && <span class="tab-count">{tab.count}</span>}
          </button>
        ))}
      </div>
      <div class="tab-panel" role="tabpanel" id={`panel-${tabs[at]?.id}`} aria-labelledby={`tab-${tabs[at]?.id}`} tabIndex={-1}>
        {children}
      </div>
    </div>
  );
}
