import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { until } from "../browser.mjs";
import { Api } from "./api.mjs";
import { dashboard } from "./dashboard.mjs";
import { Desktop } from "./desktop.mjs";

describe("dashboard: desktops", () => {
  const on = dashboard();
  const button = (name) => on.page.getByRole("button", { name, exact: true });
  const card = (name) => on.page.getByRole("article", { name });
  const deed = async (of, name) => {
    await of.getByRole("button", { name: /^More for/ }).click();
    await on.page.getByRole("menuitem", { name, exact: true }).click();
  };

  it("creates one by the form, with what was chosen", async () => {
    const { page, api } = on;
    await on.open("/desktops");
    await page.getByText("Create the first desktop").waitFor();
    await button("New desktop").click();
    const form = on.dialog();
    await form.getByLabel("Name", { exact: true }).fill("Invoices of May");
    await form.getByLabel("Screen").selectOption("own");
    await form.getByLabel("Width").fill("100");
    await form.getByLabel("Height").fill("700");
    await form.getByLabel("Shell").check();
    await form.getByLabel("Clipboard").uncheck();
    await form.getByText("None", { exact: true }).click();
    await form.getByText("Rest, end and labels").click();
    await form.getByLabel("When unused for").fill("45");
    await form.getByText("Deleted", { exact: true }).click();
    await form.getByLabel("Delete in any case after").fill("120");
    await button("Add label").click();
    await form.getByLabel("Name of label 1").fill("team");
    await form.getByLabel("Value of label 1").fill("finance");
    await button("Add variable").click();
    await form.getByLabel("Name of variable 1").fill("GREETING");
    await form.getByLabel("Value of variable 1").fill("grüß dich");
    await button("Create desktop").click();
    await form.getByText("A whole number from 320 to 7680.").waitFor();
    assert.deepEqual(await api.get("/desktops"), [], "nothing was made by mistake");
    await form.getByLabel("Width").fill("900");
    await button("Create desktop").click();
    await page.getByRole("heading", { name: /^Invoices of May/, level: 1 }).waitFor();
    const [made, ...rest] = await api.get("/desktops");
    assert.equal(rest.length, 0);
    assert.ok(page.url().endsWith(`#/desktops/${made.desktop_id}`));
    const { name, display, tools, network, idle_timeout_seconds, on_idle, timeout_seconds, metadata } = made;
    assert.deepEqual(
      { name, display, tools: tools.toSorted(), network, idle_timeout_seconds, on_idle, timeout_seconds, metadata },
      {
        name: "Invoices of May",
        display: { width: 900, height: 700 },
        tools: ["bash", "computer"],
        network: "none",
        idle_timeout_seconds: 2700,
        on_idle: "delete",
        timeout_seconds: 7200,
        metadata: { team: "finance" },
      },
    );
    const { output } = await new Desktop(api, made.desktop_id).act("bash.run", { command: 'echo "$GREETING"' });
    assert.match(output, /grüß dich/);
    await page.frameLocator("iframe").locator("canvas").waitFor();
  });

  it("shows on the wall what an agent does", async () => {
    const { page, api } = on;
    const desktop = await Desktop.create(api, { name: "Watched", metadata: { team: "sales" } });
    await on.open("/desktops?search=team%3Dsales");
    const watched = card("Watched");
    await watched.getByText("Nothing done yet").waitFor();
    assert.equal(await page.getByRole("article").count(), 1, "the other desktop does not fit the search");
    const picture = () => watched.locator("img").evaluate(async (image) => {
      await image.decode();
      const canvas = Object.assign(document.createElement("canvas"), { width: image.naturalWidth, height: image.naturalHeight });
      const context = canvas.getContext("2d");
      context.drawImage(image, 0, 0);
      return [...context.getImageData(100, 100, 1, 1).data].join();
    });
    const before = await until(() => picture().catch(() => null), "the first picture");
    await desktop.act("windows.launch", { app: "terminal" });
    await watched.getByText("Started terminal").waitFor();
    await until(async () => (await picture().catch(() => before)) !== before, "the terminal is in the picture");
    await desktop.act("computer.left_click", { coordinate: [300, 200] });
    await watched.getByText("Clicked at 300, 200").waitFor();
    await watched.getByRole("link", { name: "Watched" }).click();
    await page.getByRole("heading", { name: /^Watched/, level: 1 }).waitFor();
    on.mayRefuse(404, /view\/state$/); // the live view asks why it was cut off
    await desktop.delete();
    await page.getByText("This desktop is deleted").waitFor();
  });

  it("lists each action as it happens, with its picture and its place", async () => {
    const { page, api } = on;
    const desktop = await Desktop.create(api, { name: "Busy" });
    const agent = await api.keyFor("Invoice agent", ["desktops:write"]);
    const byAgent = new Desktop(new Api(api.url, agent), desktop.id);
    await on.open(desktop.path);
    await page.getByText("Nothing done yet").waitFor();
    const row = (text) => page.getByRole("list", { name: /^Actions/ }).getByRole("button", { name: text });
    await byAgent.act("windows.launch", { app: "terminal" });
    await row("Started terminal").waitFor();
    await byAgent.act("computer.left_click", { coordinate: [640, 222] });
    await row("Clicked at 640, 222").waitFor();
    await byAgent.act("computer.type", { text: "of no interest" });
    await row("Typed 14 characters").waitFor();
    assert.equal(await page.getByText("of no interest").count(), 0, "what was typed is in no log");
    await desktop.statusOf("windows.focus", { window_id: 1 });
    await row("there is no window 1").waitFor();
    assert.deepEqual((await page.locator(".log-sentence").allInnerTexts()).slice(0, 4), ["Brought window 1 to the front", "Typed 14 characters", "Clicked at 640, 222", "Started terminal"]);
    await row("Clicked at 640, 222").getByText("Invoice agent").waitFor();
    await row("Clicked at 640, 222").click();
    const image = page.getByAltText("Screen after: Clicked at 640, 222");
    await image.waitFor();
    const size = await until(() => image.evaluate((one) => one.complete && [one.naturalWidth, one.naturalHeight]), "the picture is loaded");
    assert.deepEqual(size, [1280, 800]);
    const [entry] = (await desktop.log()).filter(({ action }) => action === "left_click");
    assert.equal(await image.getAttribute("src"), entry.screenshot);
    assert.equal((await api.ask("GET", entry.screenshot)).bytes.readUInt32BE(0), 0x89504e47, "a PNG");
    assert.match(await page.locator(".log-more .mark-pointer").getAttribute("transform"), /^translate\(640 222\)/);
    assert.equal(await page.locator(".log-more .mark-ring").count(), 1, "a press is marked");
  });

  it("renames, pauses without waking by being looked at, resumes and deletes", async () => {
    const { page, api } = on;
    const desktop = await Desktop.create(api, { name: "Old name" });
    const other = await Desktop.create(api, { name: "Neighbour" });
    await page.clock.install();
    await on.open("/desktops");
    await card("Old name").locator("img").waitFor();
    await deed(card("Old name"), "Rename");
    await on.dialog().getByLabel("Name", { exact: true }).fill("New name");
    await page.keyboard.press("Enter");
    await card("New name").waitFor();
    assert.equal((await desktop.state()).name, "New name");
    await deed(card("New name"), "Pause");
    await card("New name").getByText("Paused").waitFor();
    assert.equal((await desktop.state()).status, "paused");
    // The wall asks for pictures and lists again and again; nothing of that is about the desktop that rests.
    const asked = [];
    page.on("request", (request) => asked.push(new URL(request.url()).pathname));
    await until(async () => {
      await page.clock.runFor(20_000);
      return asked.includes(`${other.path}/screenshot`) && asked.includes("/desktops");
    }, "the wall looks at the other desktop again");
    await page.reload();
    await card("New name").getByText("Paused").waitFor();
    await card("Neighbour").locator("img").waitFor();
    assert.ok(!asked.includes(`${desktop.path}/screenshot`));
    assert.equal((await desktop.state()).status, "paused");
    await card("New name").getByRole("link", { name: "New name" }).click();
    await page.getByRole("heading", { name: "Paused", level: 2 }).waitFor();
    assert.equal((await desktop.state()).status, "paused");
    await button("Resume").click();
    await page.frameLocator("iframe").locator("canvas").waitFor();
    assert.equal((await desktop.state()).status, "running");
    await deed(page.locator(".page-head"), "Delete");
    await on.dialog().getByText("Nothing brings them back.").waitFor();
    await on.dialog().getByRole("button", { name: "Cancel" }).click();
    assert.equal((await desktop.state()).status, "running");
    await deed(page.locator(".page-head"), "Delete");
    on.mayRefuse(404, /view\/state$/); // the live view asks why it was cut off
    await button("Delete desktop").click();
    await page.waitForURL(/#\/desktops$/);
    await page.getByText("New name is deleted.").waitFor();
    assert.equal((await desktop.state()).status, "deleted");
    await card("Neighbour").waitFor();
    assert.equal(await card("New name").count(), 0);
    await page.getByRole("link", { name: "Desktops deleted in the last 24 hours" }).click();
    await page.getByRole("row", { name: /New name/ }).waitFor();
  });

  it("says so where there is nothing", async () => {
    const { page } = on;
    on.mayRefuse(404, /dsk_nothing/);
    await on.open("/desktops/dsk_nothing");
    await page.getByText("There is no such desktop").waitFor();
    await on.go("/desktops/dsk_nothing/replay");
    await page.getByText("There is no desktop with this id, or it was deleted.").waitFor();
    await on.go("/nowhere");
    await page.getByText("There is no such page").waitFor();
  });
});
