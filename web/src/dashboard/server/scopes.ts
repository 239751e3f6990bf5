import { identity } from "./identity";

export type Scope = "desktops:read" | "desktops:write" | "workflows:read" | "workflows:write" | "admin";

const POWERS: Record<Scope, string> = {
  "desktops:read": "look at desktops",
  "desktops:write": "create, use or change desktops",
  "workflows:read": "look at workflows and runs",
  "workflows:write": "upload workflows or start runs",
  admin: "manage keys, settings and usage",
};

/** Whether who is signed in may do this. */
export function may(scope: Scope): boolean {
  const held: readonly string[] = identity.value?.scopes ?? [];
  if (held.includes("admin") || held.includes(scope)) return true;
  return scope.endsWith(":read") && held.includes(scope.replace(":read", ":write"));
}

/** Why something is not offered. */
export function whyNot(scope: Scope): string {
  return `The key “${identity.value?.name ?? ""}” that you are signed in with may not ${POWERS[scope]} (it lacks the scope ${scope}).`;
}
