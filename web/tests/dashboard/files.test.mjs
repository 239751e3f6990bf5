import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { until } from "../browser.mjs";
import { dashboard } from "./dashboard.mjs";
import { Desktop } from "./desktop.mjs";

describe("dashboard: things brought to a desktop", () => {
  const on = dashboard();
  /** @type {Desktop} */
  let desktop;
  before(async () => void (desktop = await Desktop.create(on.api, { name: "Drive" })));
  const button = (name) => on.page.getByRole("button", { name, exact: true });
  const link = (name) => on.page.getByRole("link", { name, exact: true });
  const drop = async (kind, ...files) => {
    const { page } = on;
    const dataTransfer = await page.evaluateHandle((all) => {
      const transfer = new DataTransfer();
      for (const [name, text] of all) transfer.items.add(new File([text], name));
      return transfer;
    }, files);
    await page.dispatchEvent(".drop-zone", kind, { dataTransfer });
  };

  it("takes files that are dropped and chosen, and gives them back", async () => {
    const { page } = on;
    await on.open(`${desktop.path}?tab=files`);
    await link("Downloads").or(button("Downloads")).waitFor();
    await drop("dragenter", ["a", ""]);
    await page.locator(".drop-zone.over").waitFor();
    await drop("drop", ["Grüße & more.txt", "dropped ✓"], ["second.csv", "a;b\n"]);
    await link("Download Grüße & more.txt").waitFor();
    await link("Download second.csv").waitFor();
    assert.equal(await desktop.file("Grüße & more.txt"), "dropped ✓");
    assert.equal(await desktop.file("second.csv"), "a;b\n");
    const large = Buffer.alloc(3_000_000, "0123456789");
    await page.locator("input[type=file]").setInputFiles([{ name: "large.bin", mimeType: "application/octet-stream", buffer: large }]);
    await page.getByRole("list", { name: "Uploads" }).getByText("large.bin").waitFor();
    await link("Download large.bin").waitFor();
    const saved = await on.saved(() => link("Download large.bin").click());
    assert.equal(saved.name, "large.bin");
    assert.ok(saved.bytes.equals(large), "the same bytes came back");
    const written = await on.saved(() => link("Download Grüße & more.txt").click());
    assert.equal(written.name, "Grüße & more.txt");
    assert.equal(written.bytes.toString(), "dropped ✓");
  });

  it("goes into folders, and deletes", async () => {
    const { page } = on;
    await desktop.act("bash.run", { command: "mkdir -p /drive/reports/may && echo inside > /drive/reports/may/sum.txt && echo gone > /drive/gone.txt" });
    await on.open(`${desktop.path}?tab=files`);
    await button("reports").click();
    await button("may").click();
    await link("Download sum.txt").waitFor();
    assert.match(page.url(), /folder=reports%2Fmay/);
    await drop("drop", ["beside.txt", "x"]);
    await link("Download beside.txt").waitFor();
    const { output } = await desktop.act("bash.run", { command: "cat /drive/reports/may/beside.txt" });
    assert.match(output, /^x/);
    await button("/drive").click();
    await button("Delete gone.txt").click();
    await on.dialog().getByRole("button", { name: "Delete", exact: true }).click();
    await link("Download gone.txt").waitFor({ state: "detached" });
    assert.equal(await desktop.file("gone.txt"), undefined);
    await button("Delete reports").click();
    on.mayRefuse(409, /DELETE .*reports/);
    on.mayRefuse(400, /DELETE .*reports/);
    await on.dialog().getByRole("button", { name: "Delete", exact: true }).click();
    await page.locator(".toast.bad").waitFor();
    await button("reports").waitFor();
  });

  it("reads and writes the clipboard", async () => {
    const { page } = on;
    await on.open(`${desktop.path}?tab=clipboard`);
    const text = page.getByLabel("Text in the clipboard");
    await text.fill("für die Zwischenablage\n2. Zeile");
    await button("Put into desktop").click();
    await page.getByText("It is in the desktop’s clipboard.").waitFor();
    assert.equal((await desktop.act("clipboard.get")).output, "für die Zwischenablage\n2. Zeile");
    await desktop.act("clipboard.set", { text: "from inside" });
    await button("Read from desktop").click();
    await until(async () => (await text.inputValue()) === "from inside", "the desktop's text is shown");
  });

  it("does an action by hand", async () => {
    const { page } = on;
    await desktop.typeInto("by-hand.txt");
    await on.open(`${desktop.path}?tab=act`);
    const result = page.getByRole("region", { name: "Result" });
    await page.getByLabel("Action", { exact: true }).selectOption("type");
    await button("Run action").click();
    await page.getByText("This is needed.").waitFor();
    await page.getByLabel("Text", { exact: true }).fill("by hand\n");
    await button("Run action").click();
    await result.getByText("typed 8 characters").waitFor();
    await until(async () => (await desktop.file("by-hand.txt")) === "by hand\n", "the text is in the terminal's file");
    await page.getByLabel("Action", { exact: true }).selectOption("left_click");
    const picture = page.locator(".act-picture");
    const box = await picture.boundingBox();
    await picture.click({ position: { x: box.width / 2, y: box.height / 4 } });
    const [x, y] = (await page.getByLabel("Place").inputValue()).split(", ").map(Number);
    assert.ok(Math.abs(x - 640) <= 4 && Math.abs(y - 200) <= 4, `${x}, ${y}`);
    await button("Run action").click();
    await result.getByText(`left click at (${x}, ${y})`).waitFor();
    assert.deepEqual((await desktop.act("computer.cursor_position")).coordinate, [x, y]);
    const [last] = (await desktop.log()).filter(({ action }) => action === "left_click").slice(-1);
    assert.deepEqual(last.params.coordinate, [x, y]);
    await page.getByLabel("Tool", { exact: true }).selectOption("bash");
    await page.getByLabel("Command", { exact: true }).fill("echo $((6 * 7)) > /drive/answer.txt; echo done");
    await button("Run action").click();
    await result.getByText("done").waitFor();
    assert.equal(await desktop.file("answer.txt"), "42\n");
  });
});
