import type { FromWire, Open } from "../wire.js";

/**
 * Places that may be reached, and nothing else: `example.com`, `*.example.com` for every name below it, `203.0.113.0/24`,
 * `host.nen` for exposed ports of the host, each also with `:port`.
 */
export interface AllowList {
  allow: string[];
}

/** What a desktop may reach. */
export type Network = Open<"internet" | "none"> | AllowList;

/** What the desktops and workflows of a workspace may reach at most. */
export interface WorkspaceNetwork extends FromWire {
  network: Network;
}
