import type { Scope } from "nen-client";

/** How far a key reaches into one part. Changing includes looking. */
export type Reach = "none" | "read" | "write";

/** What a key may do, as a person chooses it. */
export interface Access {
  desktops: Reach;
  workflows: Reach;
  /** Everything, with keys and settings. */
  admin: boolean;
}

/** The scopes of the API that stand for it. */
export function scopesOf({ desktops, workflows, admin }: Access): Scope[] {
  if (admin) return ["admin"];
  const scopes: Scope[] = [];
  if (desktops !== "none") scopes.push(`desktops:${desktops}`);
  if (workflows !== "none") scopes.push(`workflows:${workflows}`);
  return scopes;
}

const POWERS: Record<string, string> = {
  admin: "do everything, and manage keys, secrets, budget and usage",
  "desktops:write": "create, drive and delete desktops",
  "desktops:read": "see desktops and what is done on them",
  "workflows:write": "upload workflows, start and cancel runs",
  "workflows:read": "see workflows and runs",
};

/** What a scope allows, to follow "may". Null for scopes of later versions. */
export function powerOf(scope: Scope): string | null {
  return POWERS[scope] ?? null;
}

/** What all of them allow, to follow "may": `see desktops …, and start runs`. */
export function powersOf(scopes: readonly Scope[]): string {
  if (scopes.includes("admin")) return POWERS["admin"] ?? "admin";
  const list = withoutIncluded(scopes).map((scope) => powerOf(scope) ?? scope);
  return new Intl.ListFormat("en", { type: "conjunction" }).format(list);
}

/** Leaves out what another one of them includes. */
export function withoutIncluded(scopes: readonly Scope[]): Scope[] {
  if (scopes.includes("admin")) return ["admin"];
  return scopes.filter((scope) => !scope.endsWith(":read") || !scopes.some((other) => other === scope.replace(":read", ":write")));
}
