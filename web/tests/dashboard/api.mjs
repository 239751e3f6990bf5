import { setTimeout as later } from "node:timers/promises";

/** The server beside the page: what a page did is looked up here. */
export class Api {
  constructor(url, key) {
    Object.assign(this, { url, key });
  }

  /** Makes a call and reads its answer whole: a body that nobody takes keeps its connection, and with it this process, open. */
  async ask(method, path, { json, body, headers } = {}) {
    const reply = await fetch(this.url + path, {
      method,
      headers: { authorization: `Bearer ${this.key}`, ...(json !== undefined && { "content-type": "application/json" }), ...headers },
      body: json === undefined ? body : JSON.stringify(json),
    });
    const bytes = Buffer.from(await reply.arrayBuffer());
    return { status: reply.status, ok: reply.ok, headers: reply.headers, bytes, text: bytes.toString() };
  }

  async call(method, path, json) {
    const { ok, status, text, headers } = await this.ask(method, path, { json });
    if (!ok) throw new Error(`${method} ${path}: ${status} ${text}`);
    return /json/.test(headers.get("content-type") ?? "") ? JSON.parse(text) : text;
  }

  get = (path) => this.call("GET", path);
  post = (path, json) => this.call("POST", path, json);
  put = (path, json) => this.call("PUT", path, json);
  delete = (path) => this.call("DELETE", path);

  /** A key with fewer powers. */
  async keyFor(name, scopes) {
    return (await this.post("/keys", { name, scopes })).secret;
  }

  /** Waits for the end of a run. */
  async ended(run, seconds = 40) {
    return this.until(`/runs/${run}`, ({ run_status }) => !["queued", "running"].includes(run_status), seconds);
  }

  /** Asks again and again until the answer is right. */
  async until(path, isRight, seconds = 10) {
    const end = Date.now() + seconds * 1000;
    for (;;) {
      const answer = await this.get(path);
      if (isRight(answer)) return answer;
      if (Date.now() > end) throw new Error(`GET ${path} did not become right in ${seconds} s: ${JSON.stringify(answer)}`);
      await later(50);
    }
  }
}
