import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { until } from "../browser.mjs";
import { fileOf, sourceOf, startRun, upload } from "./bundles.mjs";
import { dashboard } from "./dashboard.mjs";
import { startReceiver } from "./receiver.mjs";
import { hasModel } from "./site.mjs";

const script = fileURLToPath(new URL("model.script.json", import.meta.url));

describe("dashboard: workflows and runs", () => {
  const on = dashboard(hasModel ? { script } : {});
  let receiver;
  before(async () => void (receiver = await startReceiver()));
  after(() => receiver.stop());
  const button = (name) => on.page.getByRole("button", { name, exact: true });
  const tab = (name) => on.page.getByRole("tab", { name }).click();
  const choose = async (...files) => {
    const choice = on.page.locator(".files-field").last().getByText("Files", { exact: true });
    const [chooser] = await Promise.all([on.page.waitForEvent("filechooser"), choice.click()]);
    await chooser.setFiles(files);
  };
  const runId = async () => {
    await on.page.waitForURL(/#\/runs\/[0-9a-f-]{36}/);
    return /runs\/([0-9a-f-]{36})/.exec(on.page.url())[1];
  };

  it("uploads a workflow, and says at which line one is refused", async () => {
    const { page, api } = on;
    await on.open("/workflows");
    await page.getByText("Upload the first workflow").waitFor();
    await choose({ name: "invoices.py", mimeType: "text/x-python", buffer: Buffer.from("import requests\n\n\ndef run(params):\n    return params\n") });
    await on.dialog().getByLabel("Name").fill("Reconcile invoices");
    on.mayRefuse(400, /^POST \/workflows$/);
    await button("Upload").click();
    await page.getByText("This cannot be run as a workflow.").waitFor();
    await on.dialog().getByText("workflow.py, line 1").waitFor();
    assert.deepEqual((await api.get("/workflows")).workflows, []);
    await button("Leave out invoices.py").click();
    await choose(await fileOf("reconcile"));
    await button("Upload").click();
    await page.getByRole("heading", { name: /^Reconcile invoices/, level: 1 }).waitFor();
    const [{ workflowId, name, version }] = (await api.get("/workflows")).workflows;
    assert.deepEqual([name, version], ["Reconcile invoices", 1]);
    const { files } = await api.get(`/workflows/${workflowId}`);
    assert.deepEqual(files, [{ filename: "workflow.py", content: await sourceOf("reconcile") }]);
    await tab("Code");
    await page.getByText('"""Compares the invoices of a vendor with its portal."""').waitFor();
    await tab("Parameters and result");
    await page.getByRole("cell", { name: "As it is written on its invoices." }).waitFor();
  });

  it("publishes a version and rolls back", async () => {
    const { page, api } = on;
    const id = await upload(api, "echo");
    await on.open(`/workflows/${id}`);
    await button("New version").click();
    await choose({ ...(await fileOf("echo")), buffer: Buffer.from((await sourceOf("echo")).replace("params.text)", "params.text.upper())")) });
    await on.dialog().getByText("changed").waitFor();
    await button("Publish version 2").click();
    await page.getByText("Version 2 is published.").waitFor();
    assert.match((await api.get(`/workflows/${id}`)).files[0].content, /upper/);
    await tab("Versions");
    await button("Roll back").click();
    await button("Roll back to version 1").click();
    await page.getByText("files of version 1", { exact: true }).waitFor();
    const now = await api.get(`/workflows/${id}`);
    assert.equal(now.version, 3);
    assert.equal(now.files[0].content, await sourceOf("echo"));
  });

  it("starts a run from the form that its schema makes, and shows all that comes of it", { skip: !hasModel && "NOT TESTED: there is no scripted model" }, async () => {
    const { page, api } = on;
    await upload(api, "reconcile");
    await on.open("/runs");
    await button("Start a run").first().click();
    await on.dialog().getByRole("link", { name: /^reconcile/ }).click();
    const parameters = page.getByRole("region", { name: "Parameters" });
    await button("Start the run").click();
    assert.equal(await parameters.getByText("This is needed.").count(), 4, "vendor, most, invoices and street");
    assert.equal(await parameters.getByLabel("Tolerance").inputValue(), "0.01");
    assert.equal(await parameters.getByLabel("City").inputValue(), "Hamburg");
    await parameters.getByLabel("Vendor").fill("Café Noir");
    await parameters.getByLabel("Most").fill("51");
    await parameters.getByLabel("Tolerance").fill("0.5");
    await parameters.getByLabel("Dry run").uncheck();
    await parameters.getByLabel("Currency").selectOption("JPY");
    await parameters.getByLabel("Invoices").fill("INV-2041\nINV-2042");
    await parameters.getByLabel("Street").fill("Hafenstraße 7");
    await page.getByLabel("Webhook").fill(receiver.url);
    await button("Start the run").click();
    await parameters.getByText("This must be 50 or less.").waitFor();
    await parameters.getByLabel("Most").fill("20");
    await button("Start the run").click();
    const id = await runId();
    await page.locator(".run-status").getByText(/Completed|Failed/).waitFor({ timeout: 30_000 });
    const run = await api.get(`/runs/${id}`);
    assert.deepEqual(run.workflow_params, {
      vendor: "Café Noir",
      most: 20,
      tolerance: 0.5,
      dry_run: false,
      currency: "JPY",
      invoices: ["INV-2041", "INV-2042"],
      receipts: { street: "Hafenstraße 7", city: "Hamburg" },
    });
    assert.deepEqual(run.result, { vendor: "Café Noir", currency: "JPY", checked: ["INV-2041", "INV-2042"], open: 1 });
    const result = page.getByRole("region", { name: "Result" });
    for (const text of ["Café Noir", "JPY", "INV-2042"]) await result.getByText(text).waitFor();
    await tab("Log");
    const log = page.getByRole("log", { name: "Log" });
    await log.getByText("looking for 2 invoices of Café Noir").waitFor();
    await log.getByText("done with all of them").waitFor();
    await tab("Steps");
    const steps = page.getByRole("list", { name: "Steps, oldest first" });
    await steps.getByRole("button", { name: "Agent: Open the menu of the desktop" }).click();
    await steps.getByText("The desktop is empty. A right click opens its menu.").waitFor();
    await steps.getByText("Right-clicked at 400, 380").waitFor();
    const image = steps.locator("img").first();
    await until(() => image.evaluate((one) => one.complete && one.naturalWidth === 1280), "the picture of the step");
    await tab("Files");
    const saved = await on.saved(() => button("Download report.csv").click());
    assert.equal(saved.bytes.toString(), "INV-2041,Hamburg\r\nINV-2042,Hamburg\r\n");
    await button("report.csv").click();
    await on.dialog().getByText("INV-2041,Hamburg").waitFor();
    await button("Close").last().click();
    await tab("Webhooks");
    await page.getByText("Run succeeded").waitFor();
    await until(() => receiver.received.length === 2, "both webhooks arrive");
    assert.deepEqual(receiver.received.map(({ said }) => [said.message_id, said.status]), [[id, "processing"], [id, "success"]]);
    assert.deepEqual(receiver.received[1].said.result, run.result);
    await page.getByText("taken").nth(1).waitFor();
    await button("Send again").last().click();
    await until(() => receiver.received.length === 3, "it is sent again");
    assert.equal(receiver.received[2].id, receiver.received[1].id);
    assert.ok(receiver.received[2].body.equals(receiver.received[1].body));
    await page.locator(".run-attempts").last().getByText("#2").waitFor();
    await page.getByRole("link", { name: "Replay" }).click();
    await page.locator(".replay-step", { hasText: "A right click opens its menu." }).click();
    await replayedRun();
  });

  /** What the replay of the run says of a question to the model. */
  async function replayedRun() {
    const { page } = on;
    const step = page.getByRole("region", { name: "This step" });
    await step.getByText("What claude").waitFor();
    await step.getByText("The desktop is empty. A right click opens its menu.").waitFor();
    for (const fact of ["Tokens in", "Tokens out", "Cost"]) {
      assert.match(await step.locator("dt", { hasText: fact }).locator("xpath=following-sibling::dd[1]").innerText(), /[1-9]/, fact);
    }
    await page.getByAltText(/^Screen after/).waitFor();
    const { bytes } = await on.saved(async () => {
      await page.getByRole("button", { name: "Export" }).click();
      await page.getByRole("menuitem", { name: "JSON trajectory with pictures" }).click();
    });
    const replay = JSON.parse(bytes.toString());
    assert.deepEqual([replay.version, replay.kind], [1, "run"]);
    const [question] = replay.steps.filter(({ model }) => model);
    assert.equal(question.reasoning, "The desktop is empty. A right click opens its menu.");
    assert.ok(question.input_tokens > 0 && question.cost_usd > 0 && question.screenshot.startsWith("data:image/png;base64,"));
  }

  it("follows a long run, and cancels it", async () => {
    const { page, api } = on;
    const workflow = await upload(api, "clock");
    await on.open(`/workflows/${workflow}/run`);
    assert.equal(await page.getByLabel("Seconds").inputValue(), "300");
    await button("Start the run").click();
    const id = await runId();
    await page.getByRole("log", { name: "Log" }).getByText("tick 2").waitFor({ timeout: 20_000 });
    assert.equal((await api.get(`/runs/${id}`)).run_status, "running");
    await button("Cancel").click();
    await button("Cancel the run").click();
    await page.locator(".run-status").getByText("Cancelled").waitFor({ timeout: 15_000 });
    assert.equal((await api.get(`/runs/${id}`)).run_status, "cancelled");
    await page.getByRole("link", { name: "Run again" }).waitFor();
    await page.getByRole("link", { name: "Runs" }).first().click();
    await page.getByText("Cancelled", { exact: true }).first().click();
    await page.getByRole("row", { name: /clock/ }).waitFor();
    await page.getByRole("row", { name: /Reconcile/ }).waitFor({ state: "detached" });
  });

  it("says why a run failed and where its webhook got stuck, and takes over what it was given", async () => {
    const { page, api } = on;
    receiver.answer(503);
    const id = await startRun(api, await upload(api, "echo"), { text: "" }, { webhook_callback: receiver.url });
    await api.ended(id);
    await on.open(`/runs/${id}`);
    const failure = page.getByRole("region", { name: "Error" });
    await failure.getByText("ValueError").waitFor();
    await failure.getByText("there is nothing to give back").waitFor();
    await failure.getByRole("link", { name: "log" }).click();
    await page.getByRole("log", { name: "Log" }).getByText('raise ValueError("there is nothing to give back")').waitFor();
    await tab("Webhooks");
    await page.locator(".run-attempts").getByText("503").first().waitFor();
    await page.getByText(/^Next try/).first().waitFor();
    receiver.answer(204);
    await page.getByRole("link", { name: "Run again" }).click();
    await page.getByLabel("Text").fill("once more");
    assert.equal(await page.getByLabel("Webhook").inputValue(), receiver.url);
    await button("Start the run").click();
    await page.getByRole("region", { name: "Result" }).getByText("once more").waitFor({ timeout: 20_000 });
    const { result } = await api.get(`/runs/${await runId()}`);
    assert.deepEqual(result, { text: "once more" });
  });
});
