import assert from "node:assert/strict";
import { before, beforeEach, describe, it } from "node:test";
import { until } from "../browser.mjs";
import { dashboard } from "./dashboard.mjs";
import { Desktop } from "./desktop.mjs";

describe("dashboard: control of a desktop", () => {
  const on = dashboard();
  /** @type {Desktop} */
  let desktop;
  before(async () => void (desktop = await Desktop.create(on.api, { name: "Held" })));
  beforeEach(() => on.api.ask("DELETE", `${desktop.path}/view/takeover`)); // whatever became of the test before
  const button = (name, page = on.page) => page.getByRole("button", { name, exact: true });
  const control = (text, page = on.page) => page.getByRole("status", { name: "Who is in control" }).getByText(text).waitFor();
  const isHeld = async () => (await on.api.get(`${desktop.path}/view/state`)).takeover;
  const ofPeople = async () => (await desktop.log()).filter(({ tool }) => tool === "session").map(({ action }) => action);
  /** Opens the page of the desktop, and waits until its screen is there. */
  const show = async (page = on.page, key = on.site.key) => {
    await on.open(desktop.path, { page, key });
    await page.frameLocator("iframe").locator("canvas").waitFor();
    await page.locator("button:enabled", { hasText: "Take over" }).or(button("Hand back", page)).waitFor();
  };
  /** Clicks on a place of the desktop, through the page. */
  const click = async (x, y) => {
    const box = await on.page.frameLocator("iframe").locator("canvas").boundingBox();
    await on.page.mouse.click(box.x + (x * box.width) / 1280, box.y + (y * box.height) / 800);
  };

  it("only watches until the person wants more; then types, while the agent waits", async () => {
    const { page } = on;
    await desktop.typeInto("typed.txt");
    await show();
    await control("Agent in control");
    await click(900, 300);
    await page.keyboard.type("watched\n");
    assert.deepEqual(await ofPeople(), []);
    await button("Take over").click();
    await control("You are in control");
    assert.equal(await isHeld(), true);
    assert.equal(await desktop.statusOf("computer.wait"), 409, "the agent waits");
    await click(900, 300);
    await page.keyboard.type("typed by a person\n");
    // Keys come in the order in which they were pressed: had the earlier ones reached the desktop, they would stand before.
    await until(async () => (await desktop.file("typed.txt")) === "typed by a person\n", "what was typed is in the file");
    await button("Hand back").click();
    await control("Agent in control");
    assert.equal(await isHeld(), false);
    assert.equal(await desktop.statusOf("computer.wait"), 200, "the agent goes on");
    await click(900, 300);
    await page.keyboard.type("watched again\n");
    await desktop.act("computer.type", { text: "by the agent\n" });
    await until(async () => (await desktop.file("typed.txt")) === "typed by a person\nby the agent\n", "only the agent's words came after");
    assert.deepEqual([...new Set(await ofPeople())].toSorted(), ["input", "return_control", "take_control"]);
    for (const text of ["Took control", "Used mouse and keyboard", "Handed control back"]) await page.locator(".log-sentence", { hasText: text }).first().waitFor();
  });

  it("works beside the agent in Interact", async () => {
    const { page } = on;
    await show();
    await page.getByText("Interact", { exact: true }).click();
    await control("Shared with the agent");
    await click(222, 333);
    await until(async () => (await desktop.act("computer.cursor_position")).coordinate.every((at, axis) => Math.abs(at - [222, 333][axis]) <= 3), "the pointer arrives");
    assert.equal(await isHeld(), false);
    await page.getByText("Watch", { exact: true }).click();
    await control("Agent in control");
    await click(600, 500);
    await desktop.act("computer.mouse_move", { coordinate: [50, 60] });
    assert.deepEqual((await desktop.act("computer.cursor_position")).coordinate, [50, 60]);
  });

  it("shows others who is in control, and lets them hand back", async () => {
    const { page } = on;
    const colleague = await on.another();
    await show(page, await on.api.keyFor("Ada", ["desktops:write"]));
    await show(colleague);
    await page.getByText("2 watching").waitFor();
    await button("Take over").click();
    await control("You are in control");
    await control("Ada in control", colleague);
    const wall = await on.another();
    await on.open("/desktops", { page: wall });
    await wall.getByRole("article", { name: "Held" }).getByText("Ada in control").waitFor();
    await on.go(`${desktop.path}?tab=act`, colleague);
    await colleague.getByText("Actions are refused until control is handed back.").waitFor();
    await button("Hand back", colleague).click();
    await control("Agent in control", colleague);
    await control("Shared with the agent"); // who had it goes on beside the agent
    assert.equal(await isHeld(), false);
    await wall.getByText("Ada in control").waitFor({ state: "detached" });
  });

  it("gives a link to watch to somebody without a key", async () => {
    const { page } = on;
    await show();
    await button("Make a link").click();
    const href = (await page.getByLabel("Link to the live view", { exact: true }).textContent()).trim();
    const guest = await on.another();
    on.mayRefuse(401, /view/);
    on.mayRefuse(404, /view/);
    await guest.goto(href);
    await guest.locator("#connection-text", { hasText: /^Connected$/ }).waitFor();
    await guest.locator("#role", { hasText: "View only" }).waitFor();
    await button("End all links").click();
    await button("End links").click();
    await guest.locator("#notice-title", { hasText: /has ended|not valid/ }).waitFor();
  });
});
