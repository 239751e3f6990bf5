import { Icon, type IconName } from "../components/icon";
import { href, place } from "../router";

const PARTS: readonly { path: string; label: string; icon: IconName }[] = [
  { path: "/desktops", label: "Desktops", icon: "desktop" },
  { path: "/workflows", label: "Workflows", icon: "flow" },
  { path: "/runs", label: "Runs", icon: "activity" },
  { path: "/settings", label: "Settings", icon: "gear" },
];

/** The parts of the dashboard: beside the page, or at the bottom of a phone. */
export function Navigation() {
  const { path } = place.value;
  return (
    <nav class="navigation" aria-label="Main">
      {PARTS.map((one) => {
        const isHere = path === one.path || path.startsWith(`${one.path}/`);
        return (
          <a key={one.path} href={href(one.path)} aria-current={isHere ? (path === one.path ? "page" : "true") : undefined}>
            <Icon name={one.icon} size={18} />
            {one.label}
          </a>
        );
      })}
    </nav>
  );
}
