import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const built = (name) => fileURLToPath(new URL(`../../../target/release/${name}`, import.meta.url));
const NEN = process.env.NEN_TEST_BINARY ?? built("nen");
const MODEL = built("nen-scripted-model");

/** Whether there is a model server that plays a script; the tests of the Rust code build it. */
export const hasModel = existsSync(MODEL);

/**
 * A running `nen serve` with a data folder of its own. `script` is a file that a model server plays for its agents.
 * `link` of what it answers is the one that the first start prints.
 */
export async function startSite({ script } = {}) {
  // Not below a folder that is shut: desktops run as users of their own, who get to their files through it.
  const folder = await mkdtemp(join(tmpdir(), "nen-dashboard-"));
  await chmod(folder, 0o711);
  const model = script && (await start([MODEL, "--script", script]));
  const bare = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(NEN|ANTHROPIC|OPENAI|GEMINI|GOOGLE)_/.test(name)));
  const env = { ...bare, NEN_LOG: "warn", ...(model && { ANTHROPIC_API_KEY: "of-no-use", ANTHROPIC_BASE_URL: model.ready.url }) };
  const serve = (address) => {
    const options = ["--listen", address, "--data-dir", join(folder, "data"), "--warm-pool", "0", "--allow-private-webhooks"];
    return start([NEN, "--json", "serve", ...options], env);
  };
  let server = await serve("127.0.0.1:0");
  const { url, api_key: key, dashboard: link } = server.ready;
  return {
    url,
    key,
    link,
    /** Ends the server, and starts it again at its address after `meanwhile`. */
    async restart(meanwhile) {
      await end(server.process);
      await meanwhile();
      server = await serve(new URL(url).host);
    },
    async stop() {
      await end(server.process);
      if (model) await end(model.process);
      await rm(folder, { recursive: true });
    },
  };
}

/** Starts a program that says in one line of JSON when it is ready, and ends with the tests even when they are killed. */
async function start(command, env = process.env) {
  const program = spawn("setpriv", ["--pdeathsig", "TERM", "--", ...command], { env, stdio: ["ignore", "pipe", "inherit"] });
  const line = await new Promise((resolve, reject) => {
    createInterface(program.stdout).once("line", resolve);
    program.once("error", reject);
    program.once("exit", (code) => reject(new Error(`${command[0]} ended with ${code} instead of starting`)));
  });
  return { process: program, ready: JSON.parse(line) };
}

/** Ends a program as an operator would. */
async function end(program) {
  const ended = new Promise((resolve) => program.once("exit", resolve));
  program.kill("SIGTERM");
  await ended;
}
