import { idempotencyKeyOf } from "../idempotency.js";
import type { CreationOptions, RequestOptions } from "../options.js";
import { route } from "../route.js";
import type { Transport } from "../transport.js";
import type { Publish, Upload, Workflow, WorkflowVersion } from "../types/workflow.js";
import { fromWire, toWire } from "../wire.js";

/** Workflows: Python files that drive a desktop. */
export class Workflows {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Uploads a workflow. The server imports it first and refuses, with the reason, what cannot be run. */
  async create(upload: Upload, options?: CreationOptions): Promise<Workflow> {
    const json = JSON.stringify(toWire(upload));
    const idempotencyKey = idempotencyKeyOf(options);
    return fromWire(
      await this.#transport.object({ method: "POST", path: "/workflows", json, idempotencyKey, options }),
    );
  }

  /** Publishes a version. Runs that were accepted keep theirs. */
  async publish(workflowId: string, version: Publish, options?: RequestOptions): Promise<Workflow> {
    const json = JSON.stringify(toWire(version));
    return fromWire(
      await this.#transport.object({ method: "PUT", path: route`/workflows/${workflowId}`, json, options }),
    );
  }

  /** All workflows, by name, without their files. */
  async list(options?: RequestOptions): Promise<Workflow[]> {
    return fromWire(await this.#transport.listIn({ method: "GET", path: "/workflows", options }, "workflows"));
  }

  /** One workflow with its files, as it is now or was in a version. */
  async get(workflowId: string, options: RequestOptions & { version?: number } = {}): Promise<Workflow> {
    const path = route`/workflows/${workflowId}`;
    return fromWire(
      await this.#transport.object({ method: "GET", path, query: { version: options.version }, options }),
    );
  }

  /** Its history, newest first. */
  async versions(workflowId: string, options?: RequestOptions): Promise<WorkflowVersion[]> {
    const path = route`/workflows/${workflowId}/versions`;
    return fromWire(await this.#transport.listIn({ method: "GET", path, options }, "versions"));
  }

  /** Makes the files of an earlier version a new one. */
  async rollback(workflowId: string, version: number, options?: RequestOptions): Promise<Workflow> {
    const path = route`/workflows/${workflowId}/rollback`;
    const json = JSON.stringify({ version });
    return fromWire(await this.#transport.object({ method: "POST", path, json, options }));
  }

  /** Hides it; its runs stay. */
  async delete(workflowId: string, options?: RequestOptions): Promise<void> {
    await this.#transport.remove({ method: "DELETE", path: route`/workflows/${workflowId}`, options });
  }
}
