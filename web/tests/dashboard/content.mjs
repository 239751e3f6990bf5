import { startRun, upload } from "./bundles.mjs";
import { Desktop } from "./desktop.mjs";
import { hasModel } from "./site.mjs";

/** What an ordinary workspace has, to be looked at: desktops in each state, runs that went well and did not, keys. */
export async function makeContent(api, receiver) {
  const desktops = await makeDesktops(api);
  const runs = await makeRuns(api, receiver);
  for (const [name, scopes] of [["Invoice agent", ["desktops:write"]], ["Nightly runs", ["workflows:write", "desktops:read"]], ["Old laptop", ["admin"]]]) {
    const { id } = await api.post("/keys", { name, scopes });
    if (name === "Old laptop") await api.delete(`/keys/${id}`);
  }
  await api.put("/settings/budget", { max_cost_usd: 20 });
  return { ...desktops, ...runs };
}

async function makeDesktops(api) {
  const make = (name, metadata) => Desktop.create(api, { name, metadata });
  const [busy, paused, deleted] = await Promise.all([make("Invoices of May", { team: "finance", customer: "Café Noir" }), make("Nightly report"), make("Gone by now")]);
  await busy.act("windows.launch", { app: "terminal" });
  await busy.act("computer.wait", {}, { settle: { quiet_ms: 300, max_ms: 5000 } });
  await busy.act("computer.type", { text: "ls -l /drive\n" });
  await busy.act("computer.left_click", { coordinate: [640, 222] });
  await busy.statusOf("windows.focus", { window_id: 1 });
  await busy.act("computer.scroll", { coordinate: [500, 300], scroll_direction: "down", scroll_amount: 3 });
  await busy.act("bash.run", { command: "echo 'invoice;amount' > /drive/invoices.csv && mkdir /drive/receipts && uname -a" });
  await busy.act("computer.left_click_drag", { start_coordinate: [420, 222], coordinate: [640, 320] });
  await paused.act("windows.launch", { app: "files" });
  await deleted.act("computer.mouse_move", { coordinate: [100, 100] });
  await Promise.all([busy, paused].map((desktop) => api.until(`${desktop.path}/replay`, ({ steps }) => steps.at(-1).screenshot)));
  await api.post(`${paused.path}/pause`);
  await deleted.delete();
  return { busy, paused };
}

async function makeRuns(api, receiver) {
  const [reconcile, clock, echo] = await Promise.all(["reconcile", "clock", "echo"].map((name) => upload(api, name)));
  const parameters = { vendor: "Café Noir", most: 20, currency: "JPY", invoices: ["INV-2041", "INV-2042"], receipts: { street: "Hafenstraße 7" } };
  const [good, bad, going] = await Promise.all([
    hasModel ? startRun(api, reconcile, parameters, { webhook_callback: receiver.url }) : startRun(api, echo, { text: "hello" }, { webhook_callback: receiver.url }),
    startRun(api, echo, { text: "" }),
    startRun(api, clock, { seconds: 600 }),
  ]);
  await Promise.all([api.ended(good), api.ended(bad)]);
  await api.until(`/runs/${good}/webhooks`, ({ webhooks }) => webhooks.length === 2 && webhooks.every(({ attempts }) => attempts.length > 0));
  return { reconcile, echo, good, bad, going };
}
