import { NenDesktopError } from "nen-client";
import { asSentence, sentence } from "../../server/sentence";
import type { Errors } from "./parameters/read-entries";

/** What a server said against a start, by the fields that it is about. */
export interface Refusal {
  /** By path. */
  parameters: Errors;
  secrets: Errors;
  /** By the name of the option on the wire. */
  options: Errors;
  signing: string | null;
  /** What belongs to no field. */
  rest: string | null;
}

export const NOTHING_REFUSED: Refusal = { parameters: {}, secrets: {}, options: {}, signing: null, rest: null };

const PARAMETERS = "workflow_params";
const SECRETS = "secure_workflow_params";
const OPTION = /^(webhook_callback|desktop_id|desktop|timeout_seconds|queue_timeout_seconds|concurrency_key|model|max_cost_usd)\b/;

/** The server names what is wrong by its path: `workflow_params.lines.0.amount: …; workflow_params: "month" is a required property`. */
export function refusalOf(error: unknown): Refusal {
  if (!(error instanceof NenDesktopError)) return { ...NOTHING_REFUSED, rest: sentence(error) };
  if (error.code === "invalid_signature") {
    return { ...NOTHING_REFUSED, signing: "This is not the signing secret of this workspace, or not any more." };
  }
  const said = error.sentence ?? error.message;
  if (error.statusCode !== 400) return { ...NOTHING_REFUSED, rest: sentence(error) };
  const refusal = { parameters: {} as Errors, secrets: {} as Errors, options: {} as Errors };
  const rest: string[] = [];
  for (const mistake of said.split(new RegExp(`; (?=(?:${SECRETS}|${PARAMETERS})[.:])`))) {
    const option = OPTION.exec(mistake)?.[1];
    if (note(refusal.parameters, PARAMETERS, mistake) || note(refusal.secrets, SECRETS, mistake)) continue;
    if (option) refusal.options[option] = asSentence(mistake.replace(`${option}: `, ""));
    else rest.push(mistake);
  }
  return { ...refusal, signing: null, rest: rest.length > 0 ? asSentence(rest.join("; ")) : null };
}

/** Whether a mistake is about something in `part`; then it is written down at its path. */
function note(errors: Errors, part: string, mistake: string): boolean {
  const found = new RegExp(`^${part}(?:\\.(.+?))?: (.+)$`, "s").exec(mistake);
  if (!found) return false;
  const [, path = "", words = ""] = found;
  const missing = /^"(.+)" is a required property$/.exec(words)?.[1];
  const at = [path, missing].filter(Boolean).join(".");
  if (at === "") return false;
  errors[at] = missing ? "This is needed." : asSentence(words);
  return true;
}
