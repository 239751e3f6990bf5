// Which method of the client is which operation of the API. Both the table's completeness and the wire examples are
// tested with it.

import type * as nen from "../src/index.js";
import type { DesktopHandle, Nen } from "../src/index.js";
import { camelCase, isObject } from "../src/wire.js";

/** The values of a request. */
export interface Values {
  path: Record<string, string>;
  query: Record<string, string>;
  /** Names in lower case. */
  headers: Record<string, string>;
  json: unknown;
  text: string;
}

export type Operation = (client: Nen, values: Values) => Promise<unknown>;

const NESTED = new Set(["desktop", "display", "image", "settle"]);

/** A body of the wire as the client takes it. */
function options<T>(json: unknown): T {
  if (!isObject(json)) return json as T;
  const entries = Object.entries(json).map(([name, value]) => [
    camelCase(name),
    NESTED.has(name) ? options(value) : value,
  ]);
  return Object.fromEntries(entries) as T;
}

function given<T extends Record<string, unknown>>(fields: T): { [Name in keyof T]?: NonNullable<T[Name]> } {
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [Name in keyof T]?: NonNullable<T[Name]> };
}

function numbers(query: Record<string, string>, ...names: string[]): Record<string, number> {
  const found = names.filter((name) => query[name] !== undefined);
  return Object.fromEntries(found.map((name) => [camelCase(name), Number(query[name])]));
}

function on(client: Nen, values: Values): DesktopHandle {
  return client.desktop(id(values));
}

function id({ path }: Values): string {
  return path["id"] ?? "";
}

function name({ path }: Values): string {
  return path["name"] ?? "";
}

function body<T>(values: Values): T {
  return options<T>(values.json);
}

function creation({ headers }: Values): nen.CreationOptions {
  return given({ idempotencyKey: headers["idempotency-key"] });
}

function reading({ headers, query }: Values): nen.DownloadOptions {
  return given({ range: headers["range"], ifNoneMatch: headers["if-none-match"], path: query["path"] });
}

function dialect({ query }: Values): nen.DialectOptions {
  const variant = given({ variant: query["variant"] });
  return { dialect: query["dialect"] ?? "", ...variant, ...numbers(query, "display_width", "display_height") };
}

async function bytes(download: Promise<nen.Download>): Promise<Uint8Array> {
  return (await download).bytes();
}

async function first<T>(all: AsyncIterable<T>): Promise<T | undefined> {
  for await (const one of all) return one;
  return undefined;
}

/** What the server tells of, without what the client adds about its connection. */
async function* told(events: AsyncIterable<nen.WorkspaceEvent>): AsyncGenerator<nen.WorkspaceEvent> {
  for await (const event of events) if (event.kind !== "connected") yield event;
}

function replaying({ query }: Values): nen.ReplayOptions {
  return given({ images: query["images"] as "inline" | undefined });
}

export const OPERATIONS: Readonly<Record<string, Operation>> = {
  listDesktops: (client, { query }) => {
    const { deleted, ...rest } = query;
    const labels = Object.entries(rest).map(([key, value]) => [key.replace(/^metadata\./, ""), value]);
    const filter = given({ deleted: deleted && deleted === "true" }) as { deleted?: boolean };
    return client.desktops.list({ metadata: Object.fromEntries(labels), ...filter });
  },
  createDesktop: (client, values) => client.desktops.create(body(values), creation(values)),
  getDesktop: (client, values) => client.desktops.get(id(values)),
  renameDesktop: (client, values) => on(client, values).rename(body<{ name: string }>(values).name),
  deleteDesktop: (client, values) => on(client, values).delete(),
  pauseDesktop: (client, values) => on(client, values).pause(),
  resumeDesktop: (client, values) => on(client, values).resume(),
  followDesktop: (client, values) => {
    const last = values.headers["last-event-id"];
    return first(on(client, values).events(last === undefined ? {} : { lastEventId: Number(last) }));
  },
  followDesktops: (client) => first(told(client.events())),
  getDesktopReplay: (client, values) => on(client, values).replay(replaying(values)),
  getDesktopAnimation: (client, values) => bytes(on(client, values).replayAnimation(numbers(values.query, "speed"))),
  execute: (client, values) => {
    const { action, actions, ...rest } = body<{ action?: nen.ActionCall; actions?: nen.ActionCall[] }>(values);
    if (actions) return on(client, values).batch(actions, rest);
    return on(client, values).execute({ ...rest, ...(action as nen.ActionCall) });
  },
  listTools: (client, values) =>
    values.query["dialect"] === undefined ? on(client, values).tools() : on(client, values).tools(dialect(values)),
  performCalls: (client, values) => on(client, values).calls(values.json as unknown[], dialect(values)),
  listToolLogs: (client, values) => on(client, values).toolLogs(numbers(values.query, "limit", "before")),
  getToolLogScreenshot: (client, values) =>
    bytes(on(client, values).toolLogScreenshot(Number(values.path["entry"]), reading(values))),
  getScreenshot: (client, values) => {
    const { format, region, cursor, peek, ...rest } = values.query;
    const [x = 0, y = 0, w = 0, h = 0] = region?.split(",").map(Number) ?? [];
    return bytes(
      on(client, values).picture({
        ...given({ format: format as nen.ImageFormat | undefined, cursor: cursor && cursor === "true" }),
        ...given({ peek: peek && peek === "true" }),
        ...(region && { region: [x, y, w, h] }),
        ...numbers(rest, "quality", "max_width", "max_height"),
        ...given({ ifNoneMatch: values.headers["if-none-match"] }),
      } as nen.ScreenshotOptions),
    );
  },
  openSession: (client, values) => on(client, values).session.open(body(values)),
  getSession: (client, values) => on(client, values).session.get(),
  endSession: (client, values) => on(client, values).session.end(),
  listFiles: (client, values) => on(client, values).files.list(given({ path: values.query["path"] })),
  downloadFile: (client, values) => bytes(on(client, values).files.download(name(values), reading(values))),
  uploadFile: (client, values) => {
    const how = given({ path: values.query["path"], contentType: values.headers["content-type"] });
    return on(client, values).files.upload(name(values), values.text, how);
  },
  deleteFile: (client, values) => on(client, values).files.delete(name(values), given({ path: values.query["path"] })),
  listFolder: (client, values) => {
    return on(client, values).fs.list(values.query["path"] ?? "", given({ pattern: values.query["pattern"] }));
  },
  readFile: (client, values) => bytes(on(client, values).fs.read(values.query["path"] ?? "", reading(values))),
  writeFile: (client, values) => {
    const append = values.query["append"] === undefined ? {} : { append: values.query["append"] === "true" };
    return on(client, values).fs.write(values.query["path"] ?? "", values.text, append);
  },
  agentExecute: (client, values) => {
    const { instruction, ...rest } = body<{ instruction: string } & nen.AgentExecuteOptions>(values);
    return on(client, values).agent.execute(instruction, rest);
  },
  agentVerify: (client, values) => {
    const { condition, timeout, model } = body<{ condition: string; timeout?: number; model?: string }>(values);
    return on(client, values).agent.verify(condition, given({ seconds: timeout, model }));
  },
  agentExtract: (client, values) => {
    const { query, schema, model } = body<{ query: string; schema: object; model?: string }>(values);
    return on(client, values).agent.extract(query, schema, given({ model }));
  },
  signIn: (client, values) => client.auth.signIn(body(values)),
  getIdentity: (client) => client.auth.identity(),
  signOut: (client) => client.auth.signOut(),
  createSignInLink: (client) => client.auth.link(),
  listAudit: (client, { query }) => {
    const { action, actor, object, cursor } = query;
    return client.audit({ ...given({ action, actor, object, cursor }), ...numbers(query, "since", "limit") });
  },
  getUsage: (client, { query }) => client.usage(numbers(query, "days")),
  listModels: (client) => client.models(),
  getHealth: (client) => client.health(),
  getOpenApi: (client) => client.openapi(),
  listKeys: (client) => client.keys.list(),
  createKey: (client, values) => client.keys.create(body(values), creation(values)),
  revokeKey: (client, values) => client.keys.revoke(id(values)),
  listWorkflows: (client) => client.workflows.list(),
  uploadWorkflow: (client, values) => client.workflows.create(body(values), creation(values)),
  getWorkflow: (client, values) => client.workflows.get(id(values), numbers(values.query, "version")),
  publishWorkflow: (client, values) => client.workflows.publish(id(values), body(values)),
  deleteWorkflow: (client, values) => client.workflows.delete(id(values)),
  rollbackWorkflow: (client, values) =>
    client.workflows.rollback(id(values), body<{ version: number }>(values).version),
  listWorkflowVersions: (client, values) => client.workflows.versions(id(values)),
  listRuns: (client, { query }) => {
    const filter = given({ workflowId: query["workflow_id"], status: query["status"], cursor: query["cursor"] });
    return client.runs.page({ ...filter, ...numbers(query, "limit") });
  },
  startRun: (client, values) => client.runs.start(body(values), creation(values)),
  getRun: (client, values) => client.runs.get(id(values)),
  cancelRun: (client, values) => client.runs.cancel(id(values)),
  getRunLogs: (client, values) => {
    const part = numbers(values.query, "after");
    if (values.query["follow"] === "true") return first(client.runs.followLogs(id(values), part));
    return client.runs.logText(id(values), part);
  },
  listRunSteps: (client, values) => client.runs.steps(id(values), numbers(values.query, "after", "limit")),
  getRunScreenshot: (client, values) => bytes(client.runs.screenshot(id(values), name(values), reading(values))),
  getRunReplay: (client, values) => client.runs.replay(id(values), replaying(values)),
  getRunAnimation: (client, values) => bytes(client.runs.replayAnimation(id(values), numbers(values.query, "speed"))),
  listRunWebhooks: (client, values) => client.runs.webhooks(id(values)),
  resendRunWebhook: (client, values) => client.runs.resendWebhook(id(values), values.path["webhook_id"] ?? ""),
  downloadRunAssets: (client, values) => bytes(client.runs.downloadAssets(id(values), reading(values))),
  getSettings: (client) => client.settings.get(),
  rotateWebhookSecret: (client) => client.settings.rotateWebhookSecret(),
  rotateSigningSecret: (client) => client.settings.rotateSigningSecret(),
  setModelBudget: (client, values) => client.settings.setBudget(body<{ maxCostUsd: number | null }>(values).maxCostUsd),
  setWorkspaceNetwork: (client, values) =>
    client.settings.setNetwork(body<{ network: "internet" | "none" | nen.AllowList | null }>(values).network),
  getModelUse: (client, { query }) => client.settings.modelUse(numbers(query, "since", "until")),
};
