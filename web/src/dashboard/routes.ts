import type { ComponentType } from "preact";

/** What a page is given: the parameters of its pattern. What stands after `?` is in `place.value.query`. */
export interface PageProps {
  params: Record<string, string>;
}

export type Page = ComponentType<PageProps>;

/** A page and how it is loaded. Patterns are tried in order; `default` of the module is the page. */
export interface Route {
  pattern: string;
  load(): Promise<{ default: Page }>;
}

export const routes: readonly Route[] = [
  { pattern: "/desktops", load: () => import("./desktops/wall-page") },
  { pattern: "/desktops/:id", load: () => import("./desktops/desktop-page") },
  { pattern: "/desktops/:id/replay", load: () => import("./replay/desktop-replay-page") },
  { pattern: "/workflows", load: () => import("./workflows/workflows-page") },
  { pattern: "/workflows/:id", load: () => import("./workflows/workflow-page") },
  { pattern: "/workflows/:id/run", load: () => import("./runs/start/start-page") },
  { pattern: "/runs", load: () => import("./runs/runs-page") },
  { pattern: "/runs/:id", load: () => import("./runs/run-page") },
  { pattern: "/runs/:id/replay", load: () => import("./replay/run-replay-page") },
  { pattern: "/settings", load: () => import("./settings/settings-page") },
  { pattern: "/settings/:section", load: () => import("./settings/settings-page") },
];

/** Where `/` leads. */
export const HOME = "/desktops";
