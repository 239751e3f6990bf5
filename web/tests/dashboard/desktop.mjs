/** A real desktop, driven by calls as an agent does it. */
export class Desktop {
  constructor(api, id) {
    Object.assign(this, { api, id, path: `/desktops/${id}` });
  }

  static async create(api, options = {}) {
    const { desktop_id } = await api.post("/desktops", { tools: ["computer", "windows", "bash", "clipboard"], ...options });
    return new Desktop(api, desktop_id);
  }

  /** Does one action, as `computer.left_click`. */
  act(name, params = {}, options = {}) {
    return this.api.post(`${this.path}/execute`, this.#call(name, params, options));
  }

  /** Only the status that an action is answered with. */
  async statusOf(name, params = {}) {
    return (await this.api.ask("POST", `${this.path}/execute`, { json: this.#call(name, params, { screenshot: "never" }) })).status;
  }

  #call(name, params, options) {
    const [tool, action] = name.split(".");
    return { action: { tool, action, params }, ...options };
  }

  /** What the server has written down of what was done. */
  log = () => this.api.get(`${this.path}/tool-logs`);

  /** A file on the drive as text; undefined when there is none. */
  async file(name) {
    const { ok, text } = await this.api.ask("GET", `${this.path}/files/${encodeURIComponent(name)}`);
    return ok ? text : undefined;
  }

  async write(name, body) {
    await this.api.ask("POST", `${this.path}/files/${encodeURIComponent(name)}`, { body });
  }

  state = () => this.api.get(this.path);

  /** Opens a terminal that writes what is typed into a file on the drive, line by line. */
  async typeInto(name) {
    await this.act("windows.launch", { app: "terminal" });
    // Its first picture comes a little after its window.
    await this.act("computer.wait", {}, { settle: { quiet_ms: 300, max_ms: 5000 } });
    await this.act("computer.type", { text: `cat > /drive/${name}\n` });
  }

  delete = () => this.api.delete(this.path);
}
