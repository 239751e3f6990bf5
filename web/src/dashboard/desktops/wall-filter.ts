import type { Desktop } from "nen-client";
import { nameOf } from "./deeds";

/** What of the wall is wanted; it stands in the address. */
export interface WallFilter {
  search: string;
  /** Empty for all. */
  status: string;
  /** `name=value`, empty for all. */
  label: string;
}

export function filterOf(query: URLSearchParams): WallFilter {
  return { search: query.get("search") ?? "", status: query.get("status") ?? "", label: query.get("label") ?? "" };
}

export function isFiltering({ search, status, label }: WallFilter): boolean {
  return Boolean(search || status || label);
}

export function fits(desktop: Desktop, { search, status, label }: WallFilter): boolean {
  if (status && desktop.status !== status) return false;
  const labels = labelsOf(desktop);
  if (label && !labels.includes(label)) return false;
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const text = [nameOf(desktop), desktop.desktopId, ...labels].join(" ").toLowerCase();
  return words.every((word) => text.includes(word));
}

/** Labels as `name=value`. */
export function labelsOf({ metadata = {} }: Desktop): string[] {
  return Object.entries(metadata).map(([name, value]) => `${name}=${value}`);
}
