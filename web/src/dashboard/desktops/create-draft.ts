import type { CreateDesktop } from "nen-client";
import { type Pairs, recordOf } from "../components/pairs-field";

/** What stands in the form for a new desktop. Numbers are the texts that were typed. */
export interface CreateDraft {
  name: string;
  startUrl: string;
  /** `1280x800`, or `own` with the next two. */
  size: string;
  width: string;
  height: string;
  tools: NonNullable<CreateDesktop["tools"]>;
  /** As the workspace has it, these places, or nothing. */
  network: "usual" | "listed" | "none";
  /** The places, between commas or spaces. */
  allowed: string;
  /** Minutes; empty for never. */
  idleMinutes: string;
  onIdle: "pause" | "delete";
  /** Minutes; empty for never. */
  lifeMinutes: string;
  labels: Pairs;
  env: Pairs;
}

export const FIRST_DRAFT: CreateDraft = {
  name: "",
  startUrl: "",
  size: "1280x800",
  width: "1280",
  height: "800",
  tools: ["computer", "clipboard"],
  network: "usual",
  allowed: "",
  idleMinutes: "30",
  onIdle: "pause",
  lifeMinutes: "",
  labels: [],
  env: [],
};

export type DraftErrors = Partial<Record<"startUrl" | "width" | "height" | "idleMinutes" | "lifeMinutes" | "allowed", string>>;

/** What the server is asked for, or what has to be put right first. */
export function readCreateDraft(draft: CreateDraft): { wanted: CreateDesktop; errors: DraftErrors } {
  const errors: DraftErrors = {};
  const number = (field: keyof DraftErrors, text: string, least: number, most: number): number => {
    const value = Number(text);
    if (!Number.isInteger(value) || value < least || value > most) errors[field] = `A whole number from ${least} to ${most}.`;
    return value;
  };
  const url = draft.startUrl.trim() && withScheme(draft.startUrl.trim());
  if (url && !URL.canParse(url)) errors.startUrl = "An address such as https://example.com.";
  const places = draft.allowed.split(/[\s,]+/).filter((place) => place !== "");
  if (draft.network === "listed" && places.length === 0) errors.allowed = "At least one, such as example.com.";
  const [width = "", height = ""] = draft.size === "own" ? [draft.width, draft.height] : draft.size.split("x");
  const metadata = recordOf(draft.labels);
  const env = recordOf(draft.env);
  const wanted: CreateDesktop = {
    ...(draft.name.trim() && { name: draft.name.trim() }),
    ...(url && { startUrl: url }),
    display: { width: number("width", width, 320, 7680), height: number("height", height, 320, 7680) },
    tools: draft.tools,
    ...(draft.network === "none" && { network: "none" }),
    ...(draft.network === "listed" && { network: { allow: places } }),
    idleTimeoutSeconds: draft.idleMinutes.trim() ? number("idleMinutes", draft.idleMinutes, 1, 525_600) * 60 : 0,
    onIdle: draft.onIdle,
    ...(draft.lifeMinutes.trim() && { timeoutSeconds: number("lifeMinutes", draft.lifeMinutes, 1, 525_600) * 60 }),
    ...(metadata && { metadata }),
    ...(env && { env }),
  };
  return { wanted, errors };
}

function withScheme(text: string): string {
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `https://${text}`;
}
