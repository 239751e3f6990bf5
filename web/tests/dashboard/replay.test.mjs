import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { until } from "../browser.mjs";
import { dashboard } from "./dashboard.mjs";
import { Desktop } from "./desktop.mjs";

/** What the agent does on the desktop that is replayed, and how each step reads. */
const STEPS = ["Started terminal", "Clicked at 640, 222", "Typed 5 characters", "Brought window 1 to the front", "Scrolled down 3 at 500, 300", "Moved the pointer to 200, 150"];

describe("dashboard: replay", () => {
  const on = dashboard();
  /** @type {Desktop} */
  let desktop;
  before(async () => {
    desktop = await Desktop.create(on.api, { name: "Played" });
    await desktop.act("windows.launch", { app: "terminal" });
    await desktop.act("computer.left_click", { coordinate: [640, 222] });
    await desktop.act("computer.type", { text: "ls -l" });
    await desktop.statusOf("windows.focus", { window_id: 1 });
    await desktop.act("computer.scroll", { coordinate: [500, 300], scroll_direction: "down", scroll_amount: 3 });
    await desktop.act("computer.mouse_move", { coordinate: [200, 150] });
    // Nobody waits for the pictures; this does, since a replay is read once.
    await on.api.until(`${desktop.path}/replay`, ({ steps }) => steps.at(-1)?.screenshot);
  });
  const line = (page = on.page) => page.getByRole("slider", { name: "Time line" });
  const at = async () => Number(await line().getAttribute("aria-valuenow"));
  /** Waits until a step is shown, with its sentence and its picture. */
  const shows = async (number, page = on.page) => {
    await page.locator(`.track[aria-valuetext="Step ${number} of ${STEPS.length}: ${STEPS[number - 1]}"]`).waitFor();
    const image = page.getByAltText(`: ${STEPS[number - 1]}`);
    await until(() => image.evaluate((one) => one.complete && one.naturalWidth === 1280), `the picture of step ${number}`);
    await page.locator(".replay-step[aria-current=step]", { hasText: STEPS[number - 1] }).waitFor();
  };

  it("steps by keys, by the list and by the mouse, and plays", async () => {
    const { page } = on;
    await on.open(`${desktop.path}/replay`);
    await shows(1);
    await page.getByRole("heading", { name: /Played/, level: 1 }).waitFor();
    for (const [key, number] of [["ArrowRight", 2], ["End", 6], ["ArrowLeft", 5], ["Home", 1]]) {
      await page.keyboard.press(key);
      await shows(number);
    }
    await page.locator(".replay-step", { hasText: "Typed 5 characters" }).click();
    await shows(3);
    const box = await line().boundingBox();
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width - 1, box.y + box.height / 2, { steps: 4 });
    assert.equal(await at(), 6);
    await page.mouse.move(box.x + 1, box.y + box.height / 2, { steps: 4 });
    await page.mouse.up();
    await shows(1);
    await page.getByText("8×", { exact: true }).click();
    await page.getByRole("button", { name: "Play" }).click();
    await page.getByRole("button", { name: "Pause" }).waitFor();
    await page.getByRole("button", { name: "Play" }).waitFor();
    await shows(6);
  });

  it("says what each step was", async () => {
    const { page } = on;
    await on.open(`${desktop.path}/replay?at=4`);
    await shows(4);
    const step = page.getByRole("region", { name: "This step" });
    await step.getByText("there is no window 1").waitFor();
    await step.getByText("windows.focus").waitFor();
    await step.getByText("first key").waitFor();
    await page.getByLabel("Totals").getByText("Failed").waitFor();
    await page.keyboard.press("ArrowRight");
    await page.locator(".replay-stage .mark-line").waitFor();
    await page.keyboard.press("ArrowRight");
    await shows(6);
    assert.match(await page.locator(".replay-stage .mark-pointer").getAttribute("transform"), /^translate\(200 150\)/);
  });

  it("links to a moment", async () => {
    const { page } = on;
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await on.open(`${desktop.path}/replay`);
    await shows(1);
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowRight");
    await page.waitForURL(/at=3$/);
    await page.getByRole("button", { name: "Copy link to this moment" }).click();
    const link = await until(() => page.evaluate(() => navigator.clipboard.readText()), "the link is copied");
    const colleague = await on.another();
    await colleague.goto(link);
    await colleague.getByLabel("API key").fill(on.site.key);
    await colleague.keyboard.press("Enter");
    await shows(3, colleague);
    await colleague.goto(link.replace("at=3", "at=5"));
    await shows(5, colleague);
    await colleague.goBack();
    await shows(3, colleague);
  });

  it("is saved as an animation and as a trajectory", async () => {
    const { page } = on;
    await on.open(`${desktop.path}/replay`);
    await shows(1);
    const save = (item) => on.saved(async () => {
      await page.getByRole("button", { name: "Export" }).click();
      await page.getByRole("menuitem", { name: item }).click();
    });
    const animation = await save("Animated WebP, 4× speed");
    assert.equal(animation.name, `${desktop.id}.webp`);
    const word = (from) => animation.bytes.toString("latin1", from, from + 4);
    assert.deepEqual([word(0), word(8), word(12)], ["RIFF", "WEBP", "VP8X"]);
    assert.equal(animation.bytes.readUInt32LE(4), animation.bytes.length - 8, "the file is whole");
    assert.ok(animation.bytes.includes("ANIM"));
    const frames = animation.bytes.toString("latin1").split("ANMF").length - 1;
    assert.ok(frames >= 3, `${frames} frames`);
    const trajectory = await save("JSON trajectory with pictures");
    assert.equal(trajectory.name, `${desktop.id}.json`);
    const replay = JSON.parse(trajectory.bytes.toString());
    assert.deepEqual([replay.version, replay.kind, replay.id, replay.title], [1, "desktop", desktop.id, "Played"]);
    assert.deepEqual(replay.display, { width: 1280, height: 800 });
    assert.deepEqual(replay.steps.map(({ call }) => call), ["windows.launch", "computer.left_click", "computer.type", "windows.focus", "computer.scroll", "computer.mouse_move"]);
    const pictures = replay.steps.map(({ screenshot }) => screenshot).filter(Boolean);
    assert.ok(pictures.length >= 5 && pictures.every((one) => one.startsWith("data:image/png;base64,iVBORw0KGgo")), `${pictures.length} pictures`);
    assert.ok(!trajectory.bytes.includes("ls -l"), "what was typed is not in it");
    const bare = JSON.parse((await save("JSON without pictures")).bytes.toString());
    assert.ok(bare.steps.at(-1).screenshot.startsWith(`${desktop.path}/tool-logs/`));
  });

  it("offers what was done while it was open", async () => {
    const { page } = on;
    const busy = await Desktop.create(on.api, { name: "Goes on" });
    await on.open(`${busy.path}/replay`);
    await page.getByText("Nothing to replay yet").waitFor();
    await busy.act("computer.mouse_move", { coordinate: [10, 20] });
    await page.reload();
    await line().waitFor();
    await busy.act("computer.mouse_move", { coordinate: [30, 40] });
    await busy.act("computer.mouse_move", { coordinate: [50, 60] });
    await page.getByRole("button", { name: "Show 2 newer" }).click();
    await page.locator(".replay-step", { hasText: "Moved the pointer to 50, 60" }).waitFor();
  });

  it("outlives its desktop", async () => {
    const { page, api } = on;
    await desktop.delete();
    await on.open("/desktops?status=deleted");
    await page.getByRole("link", { name: "Played" }).click();
    await shows(1);
    await page.keyboard.press("End");
    await shows(6);
    const { bytes } = await on.saved(async () => {
      await page.getByRole("button", { name: "Export" }).click();
      await page.getByRole("menuitem", { name: "Animated WebP, real speed" }).click();
    });
    assert.ok(bytes.includes("ANMF"));
    await on.go(desktop.path);
    await page.getByText("This desktop is deleted").waitFor();
    await page.getByRole("link", { name: "Replay what it did" }).click();
    await shows(1);
    assert.equal((await api.get(desktop.path)).status, "deleted");
  });
});
