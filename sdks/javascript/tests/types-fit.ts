// Nothing here runs: it compiles only while our types are those of docs/openapi.json, in camelCase.

import type { Schemas } from "../build/openapi.js";
import type * as nen from "../src/index.js";

/** `desktop_id` as `desktopId`. */
type Camel<Name> = Name extends `${infer Head}_${infer Tail}` ? `${Head}${Capitalize<Camel<Tail>>}` : Name;

/** A type of the wire with names in camelCase, all the way down. */
type Camelized<Wire> = Wire extends (infer Item)[]
  ? Camelized<Item>[]
  : Wire extends object
    ? string extends keyof Wire
      ? Wire
      : { [Name in keyof Wire as Camel<Name>]: Camelized<Wire[Name]> }
    : Wire;

/** Ours without what only this client adds. */
type Sent<Ours> = Ours extends (infer Item)[]
  ? Sent<Item>[]
  : Ours extends object
    ? string extends keyof Ours
      ? Ours
      : { [Name in keyof Ours as Exclude<Name, "raw">]: Sent<Ours[Name]> }
    : Ours;

/** Fields that one has and the other lacks. */
type Difference<One, Other> = Exclude<keyof One, keyof Other>;

/** An answer: whatever a server sends can be read, and no field is missing or made up. `Filled` are ours alone or filled in. */
type Answer<Wire, Ours, Filled extends string = never> = [
  Difference<Camelized<Wire>, Ours> | Exclude<Difference<Sent<Ours>, Camelized<Wire>>, Filled>,
] extends [never]
  ? Omit<Camelized<Wire>, Filled> extends Omit<Sent<Ours>, Filled>
    ? true
    : { cannotRead: Omit<Camelized<Wire>, Filled>; as: Omit<Sent<Ours>, Filled> }
  : { differ: Difference<Camelized<Wire>, Ours> | Exclude<Difference<Sent<Ours>, Camelized<Wire>>, Filled> };

/** A request: whatever we send a server takes, and no field is missing or made up. */
type Request<Wire, Ours> = [Difference<Camelized<Wire>, Ours> | Difference<Ours, Camelized<Wire>>] extends [never]
  ? Ours extends Camelized<Wire>
    ? true
    : { cannotSend: Ours; as: Camelized<Wire> }
  : { differ: Difference<Camelized<Wire>, Ours> | Difference<Ours, Camelized<Wire>> };

type Fits<_ extends true> = never;

type Hosted = "instanceId" | "publicIp" | "privateIp" | "controllerArn" | "name" | "session";
type Texts = "output" | "error" | "base64Image";
type Asked<Ours, Ignored extends string = never> = Omit<Ours, keyof nen.RequestOptions | Ignored>;

export type AllFit = [
  Fits<Answer<Schemas["Desktop"], nen.Desktop, Hosted>>,
  Fits<Answer<Schemas["SessionInfo"], nen.SessionInfo>>,
  Fits<Answer<Schemas["DeletedDesktop"], nen.DeleteResponse>>,
  Fits<Answer<Schemas["ExecuteReply"], nen.ExecuteResult, Texts>>,
  Fits<Answer<Schemas["BatchReply"], nen.BatchResult, "base64Image">>,
  Fits<Answer<Schemas["ActionResult"], nen.ActionResult>>,
  Fits<Answer<Omit<Schemas["ToolSchema"], "parameters">, Omit<nen.ToolSchema, "parameters">>>,
  Fits<Answer<Omit<Schemas["ToolLogEntry"], "params">, Omit<nen.ToolLogEntry, "params">>>,
  Fits<Answer<Omit<Schemas["Replay"], "steps">, Omit<nen.Replay, "steps">>>,
  Fits<Answer<Omit<Schemas["ReplayStep"], "args">, Omit<nen.ReplayStep, "args">>>,
  Fits<Answer<Schemas["File"], nen.File>>,
  Fits<Answer<Schemas["UploadFileResponse"], nen.UploadFileResponse>>,
  Fits<Answer<Schemas["Folder"], nen.Folder>>,
  Fits<Answer<Omit<Schemas["Workflow"], Opaque>, Omit<nen.Workflow, Opaque>>>,
  Fits<Answer<Schemas["WorkflowVersion"], nen.WorkflowVersion>>,
  Fits<Answer<Schemas["RunAccepted"], nen.RunAccepted>>,
  Fits<Answer<Omit<Schemas["Run"], "workflow_params">, Omit<nen.Run, "workflowParams">>>,
  Fits<Answer<Schemas["LogRecord"], nen.LogRecord>>,
  Fits<Answer<Schemas["Step"], nen.Step>>,
  Fits<Answer<Schemas["ModelCall"], nen.ModelCall>>,
  Fits<Answer<Schemas["Webhook"], nen.Webhook>>,
  Fits<Answer<Schemas["WebhookAttempt"], nen.WebhookAttempt>>,
  Fits<Answer<Schemas["SecretHint"], nen.SecretHint>>,
  Fits<Answer<Schemas["FolderFile"], nen.FolderFile>>,
  Fits<Answer<Schemas["Size"], nen.Size>>,
  Fits<Answer<Schemas["Key"], nen.Key>>,
  Fits<Answer<Schemas["NewKey"], nen.NewKey>>,
  Fits<Answer<Schemas["WorkspaceSettings"], nen.WorkspaceSettings>>,
  Fits<Answer<Schemas["ModelBudget"], nen.Budget>>,
  Fits<Answer<Schemas["WorkspaceNetwork"], nen.WorkspaceNetwork>>,
  Fits<Answer<Schemas["ModelUseDay"], nen.ModelUseDay>>,
  Fits<Answer<Schemas["NewSecret"], nen.NewSecret>>,
  Fits<Answer<Schemas["Identity"], nen.Identity>>,
  Fits<Answer<Schemas["SignInLink"], nen.SignInLink>>,
  Fits<Answer<Schemas["Usage"], nen.Usage>>,
  Fits<Answer<Schemas["DayUsage"], nen.UsageDay>>,
  Fits<Answer<Schemas["Limits"], nen.UsageLimits>>,
  Fits<Answer<Schemas["Quota"], nen.UsageLimit>>,
  Fits<Answer<Schemas["ModelList"], nen.Models>>,
  Fits<Answer<Schemas["ModelProvider"], nen.ModelProvider>>,
  Fits<Answer<Schemas["ModelAlias"], nen.ModelAlias>>,
  Fits<Answer<Schemas["Health"], nen.Health>>,
  Fits<Answer<Omit<Schemas["AuditList"], "entries">, Omit<nen.AuditList, "entries">>>,
  Fits<Answer<Omit<Schemas["AuditEntry"], "detail">, Omit<nen.AuditEntry, "detail">>>,
  Fits<Request<Schemas["SignIn"], nen.SignIn>>,
  Fits<Request<Schemas["CreateDesktop"], nen.CreateDesktop>>,
  Fits<Request<Schemas["SessionRequest"], nen.SessionRequest>>,
  Fits<Request<Schemas["ImageOptions"], nen.ImageOptions>>,
  Fits<Request<Schemas["Settle"], nen.Settle>>,
  Fits<Request<Schemas["ActionCall"], nen.ActionCall>>,
  Fits<
    Request<
      Omit<Schemas["ExecuteBody"], "action" | "actions" | "screenshot">,
      Asked<nen.BatchRequest, "actions" | "screenshot">
    >
  >,
  Fits<Request<Schemas["SourceFile"], nen.SourceFile>>,
  Fits<Request<Omit<Schemas["Upload"], "files">, Omit<nen.Upload, "files">>>,
  Fits<Request<Omit<Schemas["Publish"], "files">, Omit<nen.Publish, "files">>>,
  Fits<Request<Schemas["StartRun"], nen.StartRun>>,
  Fits<Request<Omit<Schemas["CreateKey"], "scopes">, Omit<nen.CreateKey, "scopes">>>,
  Fits<Request<Omit<Schemas["AgentExecute"], "instruction">, Asked<nen.AgentExecuteOptions>>>,
];

/** JSON Schemas, of which ours say that they are objects. */
type Opaque = "paramsSchema" | "resultSchema";
