import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { dashboard } from "./dashboard.mjs";
import { Desktop } from "./desktop.mjs";

describe("dashboard: sign-in", () => {
  const on = dashboard();
  const button = (name, page = on.page) => page.getByRole("button", { name, exact: true });
  const heading = (name, page = on.page) => page.getByRole("heading", { name, level: 1 });
  const key = (page = on.page) => page.getByLabel("API key");
  const cookieOf = async (page = on.page) => (await page.context().cookies()).find(({ name }) => name.startsWith("nen_"));
  const headerOf = ({ name, value }) => `${name}=${value}`;
  /** What the server says to somebody who has only this cookie. */
  const statusWith = async (cookie) => {
    const reply = await fetch(`${on.site.url}/auth`, { headers: { cookie: headerOf(cookie) } });
    await reply.text();
    return reply.status;
  };

  it("signs in by the link of the first start, once", async () => {
    const { page, site } = on;
    await page.goto(site.link);
    await heading("Desktops").waitFor();
    assert.equal(page.url(), `${site.url}/#/desktops`, "the code is gone from the address");
    const cookie = await cookieOf();
    assert.ok(cookie.httpOnly);
    assert.equal(cookie.sameSite, "Strict");
    const kept = await page.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage, cookie: document.cookie }));
    assert.ok(!kept.includes(cookie.value) && !kept.includes("sk_nen_") && !kept.includes(site.link.split("/").at(-1)), kept);
    const late = await on.another();
    on.mayRefuse(401, /^POST \/auth$/);
    await late.goto(site.link);
    await late.getByText(/used|expired/).waitFor();
    assert.equal(await cookieOf(late), undefined);
  });

  it("refuses a wrong key with the server's sentence", async () => {
    const { page, site } = on;
    on.mayRefuse(401, /^POST \/auth$/);
    await page.goto(site.url);
    await button("Sign in").click();
    await page.getByText("Paste an API key first.").waitFor();
    await key().fill("sk_nen_wrong");
    await button("Sign in").click();
    const said = await (await fetch(`${site.url}/auth`, { method: "POST", headers: { "content-type": "application/json" }, body: '{"key": "sk_nen_wrong"}' })).json();
    const words = (await page.locator(".field-error").innerText()).toLowerCase();
    assert.ok(words.startsWith(said.error.toLowerCase()), `${words} <> ${said.error}`);
    assert.equal(await cookieOf(), undefined);
    assert.equal(await key().getAttribute("aria-invalid"), "true");
  });

  it("leads to the page that was asked for, and signs out for good", async () => {
    const { page, site } = on;
    await page.goto(`${site.url}/#/settings/usage?days=7`);
    await key().fill(site.key);
    await page.keyboard.press("Enter");
    await page.getByRole("navigation", { name: "Settings" }).waitFor();
    assert.match(page.url(), /#\/settings\/usage\?days=7$/);
    const cookie = await cookieOf();
    assert.equal(await statusWith(cookie), 200);
    await button("Sign out").click();
    await page.getByText("You are signed out.").waitFor();
    assert.equal(await statusWith(cookie), 401, "a copy of the cookie is of no use");
    await page.reload();
    await key().waitFor();
  });

  it("goes on where one was when the sign-in has ended", async () => {
    const { page, site, api } = on;
    const desktop = await Desktop.create(api, { name: "Left open" });
    await on.open(`${desktop.path}?tab=files`);
    await page.getByText("Downloads").waitFor();
    on.mayRefuse(401, /./);
    const reply = await fetch(`${site.url}/auth`, { method: "DELETE", headers: { cookie: headerOf(await cookieOf()), origin: site.url } });
    assert.equal(reply.status, 204);
    await button("Read the list again").or(key()).first().click();
    await page.getByText("Your sign-in has ended.").waitFor();
    await key().fill(site.key);
    await page.keyboard.press("Enter");
    await heading(/^Left open/).waitFor();
    await page.getByText("Downloads").waitFor();
    assert.ok(page.url().endsWith(`${desktop.path}?tab=files`), page.url());
  });

  it("asks before a link signs in as somebody else", async () => {
    const { page, api } = on;
    const other = await api.keyFor("other", ["desktops:read"]);
    const { href } = await (await fetch(`${api.url}/auth/links`, { method: "POST", headers: { authorization: `Bearer ${other}` } })).json();
    await on.open("/desktops");
    await heading("Desktops").waitFor();
    await page.goto(href);
    await page.getByText("Use this link?").waitFor();
    await button(/^Stay signed in/).click();
    await heading("Desktops").waitFor();
    const stayed = (await (await page.context().request.get(`${api.url}/auth`)).json()).name;
    assert.notEqual(stayed, "other");
    await page.goto(href);
    await button("Sign in with the link").click();
    await page.getByText("The key “other”").waitFor();
    assert.equal((await (await page.context().request.get(`${api.url}/auth`)).json()).name, "other");
  });

  it("outlives a restart of the server, and says so meanwhile", async () => {
    const { page, site, api } = on;
    const lost = page.getByText("The connection to the server is lost.");
    await on.open("/desktops");
    await heading("Desktops").waitFor();
    on.mayRefuse(409, /screenshot$/); // desktops from before rest after it, until somebody wants them
    await site.restart(() => lost.waitFor());
    await lost.waitFor({ state: "detached", timeout: 20_000 });
    await api.post("/desktops", { name: "Made afterwards" });
    await page.getByRole("article", { name: "Made afterwards" }).waitFor();
  });
});
