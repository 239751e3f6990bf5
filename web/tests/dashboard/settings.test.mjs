import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { until } from "../browser.mjs";
import { Api } from "./api.mjs";
import { startRun, upload } from "./bundles.mjs";
import { dashboard } from "./dashboard.mjs";
import { Desktop } from "./desktop.mjs";
import { isSigned, startReceiver } from "./receiver.mjs";

describe("dashboard: settings", () => {
  const on = dashboard();
  const button = (name) => on.page.getByRole("button", { name, exact: true });
  const value = async (label) => (await on.page.getByRole("group", { name: label }).locator("code").textContent()).trim();

  it("makes a key that is shown once and works, until it is revoked", async () => {
    const { page, api, site } = on;
    await on.open("/settings/keys");
    await button("New key").click();
    await button("Create key").click();
    await page.getByText("Give it a name to recognise it by.").waitFor();
    await on.dialog().getByLabel("Name").fill("Invoice agent");
    await on.dialog().getByRole("group", { name: "Desktops" }).getByText("See", { exact: true }).click();
    await on.dialog().getByLabel("Ends").selectOption("never");
    await button("Create key").click();
    const secret = await value("The key");
    assert.match(secret, /^sk_nen_\w{20,}$/);
    const [made] = (await api.get("/keys")).filter(({ name }) => name === "Invoice agent");
    assert.deepEqual([made.scopes, made.expires_at ?? null], [["desktops:read"], null]);
    await page.keyboard.press("Escape");
    await page.getByText("It cannot be shown again.").waitFor();
    await button("I have stored it").click();
    await on.dialog().waitFor({ state: "detached" });
    assert.ok(!(await page.content()).includes(secret), "it is shown no more");
    const agent = new Api(site.url, secret);
    assert.deepEqual(await agent.get("/desktops"), []);
    assert.equal((await agent.ask("POST", "/desktops", { json: {} })).status, 403);
    await page.reload();
    const row = page.getByRole("row", { name: /Invoice agent/ });
    await row.getByText("desktops:read").waitFor();
    assert.ok(!(await page.content()).includes(secret));
    await row.getByRole("button", { name: "Revoke Invoice agent" }).click();
    await button("Revoke key").click();
    await row.getByText(/^Revoked/).waitFor();
    assert.equal((await agent.ask("GET", "/desktops")).status, 401);
    assert.equal(await page.getByRole("row", { name: /This sign-in/ }).getByRole("button").count(), 0, "nobody locks themselves out");
  });

  it("signs in a second browser by a link, once", async () => {
    const { page, site } = on;
    await on.open("/settings/keys");
    await button("Make a link").click();
    const link = await value("The link");
    await button("Done").click();
    const phone = await on.another();
    await phone.goto(link);
    await phone.getByRole("heading", { name: "Desktops", level: 1 }).waitFor();
    const identity = await (await phone.context().request.get(`${site.url}/auth`)).json();
    assert.deepEqual([identity.name, identity.scopes], ["first key", ["admin"]]);
    const late = await on.another();
    on.mayRefuse(401, /^POST \/auth$/);
    await late.goto(link);
    await late.getByText(/used|expired/).waitFor();
    assert.equal((await late.context().request.get(`${site.url}/auth`)).status(), 401);
    await phone.getByRole("button", { name: "Sign out" }).click();
    await phone.getByText("You are signed out.").waitFor();
    assert.equal((await page.context().request.get(`${site.url}/auth`)).status(), 200, "each browser has a sign-in of its own");
  });

  it("makes a new webhook secret, by which the next webhook is signed", async () => {
    const { page, api } = on;
    const receiver = await startReceiver();
    const workflow = await upload(api, "echo");
    const { secret: before } = await api.post("/settings/webhook-secret/rotate");
    await on.open("/settings/webhooks");
    const card = page.getByRole("region", { name: "Webhook secret" });
    await card.getByRole("button", { name: "Make a new one" }).click();
    await on.dialog().getByRole("button", { name: "Make a new one" }).click();
    const secret = await value("The secret");
    assert.match(secret, /^whsec_/);
    assert.notEqual(secret, before);
    await button("I have stored it").click();
    await card.getByText("Two are valid", { exact: true }).waitFor();
    assert.ok(secret.endsWith((await api.get("/settings")).webhook_secret.hint.replace(/^[.…]+/, "")));
    assert.ok(!(await page.content()).includes(secret));
    await startRun(api, workflow, { text: "signed" }, { webhook_callback: receiver.url });
    await until(() => receiver.received.length === 2, "the webhooks arrive", 30);
    receiver.stop();
    for (const webhook of receiver.received) {
      assert.ok(isSigned(webhook, secret), "signed by the new secret");
      assert.ok(!isSigned(webhook, `whsec_${Buffer.from("another").toString("base64")}`));
    }
  });

  it("sets, changes and removes the budget", async () => {
    const { page, api } = on;
    const budget = async () => (await api.get("/settings")).budget.max_cost_usd ?? null;
    await on.open("/settings/models");
    await button("Set a budget").click();
    const amount = on.dialog().getByLabel("Models may cost in a month");
    await button("Set budget").click();
    await page.getByText("Give an amount of US dollars, 0 or more.").waitFor();
    await amount.fill("12.5");
    await button("Set budget").click();
    await page.getByText("spent of $12.50").waitFor();
    assert.equal(await budget(), 12.5);
    await button("Change").click();
    await amount.fill("0");
    await page.getByText("That much is spent already").waitFor();
    await page.keyboard.press("Enter");
    await page.getByText("Used up").waitFor();
    assert.equal(await budget(), 0);
    await button("Remove").click();
    await button("Remove budget").click();
    await page.getByText("spent; there is no limit").waitFor();
    assert.equal(await budget(), null);
    await page.getByRole("region", { name: "Anthropic" }).getByText("No key").waitFor();
  });

  it("counts what was done", async () => {
    const { page, api } = on;
    const desktop = await Desktop.create(api, { name: "Counted" });
    const before = (await api.get("/usage?days=1")).days[0];
    for (let step = 1; step <= 7; step += 1) await desktop.act("computer.mouse_move", { coordinate: [step * 10, 20] }, { screenshot: "never" });
    // What an action was is written down behind its answer.
    const { actions, runs } = (await api.until("/usage?days=1", ({ days: [today] }) => today.actions >= before.actions + 7)).days[0];
    assert.equal(actions, before.actions + 7);
    await on.open("/settings/usage");
    const figure = (card) => page.getByRole("region", { name: card, exact: true }).locator(".settings-figure").innerText();
    assert.equal(await figure("Actions"), String(actions));
    assert.equal(await figure("Runs"), String(runs));
    assert.equal(await page.getByRole("meter", { name: "Desktops at once" }).getAttribute("aria-valuenow"), "1");
    await Desktop.create(api, { name: "Counted, too" });
    await page.locator('[role=meter][aria-label="Desktops at once"][aria-valuenow="2"]').waitFor();
    await page.getByText("Table", { exact: true }).click();
    const all = page.getByRole("row", { name: /^All 30 days/ });
    assert.equal(await all.getByRole("cell").nth(1).innerText(), String(actions));
    const { name, bytes } = await on.saved(() => button("Download CSV").click());
    assert.match(name, /^nen-usage-.*\.csv$/);
    const lines = bytes.toString().trim().split("\r\n");
    assert.equal(lines.length, 31);
    const column = lines[0].split(",").findIndex((title) => /actions/i.test(title));
    assert.ok(lines.slice(1).some((line) => line.split(",")[column] === String(actions)), lines.join("\n"));
    await page.getByText("7 days", { exact: true }).click();
    await page.getByRole("row", { name: /^All 7 days/ }).waitFor();
    assert.match(page.url(), /days=7/);
  });

  it("says how the server is", async () => {
    const { page, api } = on;
    const { version } = await api.get("/health");
    await on.open("/settings/server");
    await page.getByText(version).first().waitFor();
  });
});
