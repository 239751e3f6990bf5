import { useEffect, useRef } from "preact/hooks";
import { href } from "../router";
import { type SettingsPart, sections } from "./sections";

/** The way from section to section. They are links, since each has an address. */
export function SettingsNav({ here }: { here: SettingsPart | undefined }) {
  const list = useRef<HTMLElement>(null);
  useEffect(() => {
    // On a phone the row is wider than the screen.
    const row = list.current;
    const link = row?.querySelector<HTMLElement>("[aria-current]");
    if (row && link) row.scrollLeft = link.offsetLeft - (row.clientWidth - link.offsetWidth) / 2;
  }, [here]);
  return (
    <div class="settings-nav">
      <nav aria-label="Settings" ref={list}>
        {sections.map((section) => (
          <a key={section.id} href={href(`/settings/${section.id}`)} aria-current={section === here ? "page" : undefined}>
            {section.label}
          </a>
        ))}
      </nav>
    </div>
  );
}
