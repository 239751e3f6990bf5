import { after, before, describe } from "node:test";
import { fileURLToPath } from "node:url";
import { fileOf } from "./bundles.mjs";
import { makeContent } from "./content.mjs";
import { dashboard } from "./dashboard.mjs";
import { looks } from "./look.mjs";
import { startReceiver } from "./receiver.mjs";
import { hasModel } from "./site.mjs";

const script = fileURLToPath(new URL("model.script.json", import.meta.url));
const button = (page, name) => page.getByRole("button", { name, exact: true });
const text = (page, words) => page.getByText(words).first().waitFor();
/** Waits for words. */
const says = (words) => (page) => text(page, words);
/** Presses a button, and waits for words in what it opens. */
const press = (name, words) => async (page) => {
  await button(page, name).first().click();
  await text(page, words);
};
const deed = (of, name, words) => async (page) => {
  await button(page, `More for ${of}`).click();
  if (!name) return page.getByRole("menu").waitFor();
  await page.getByRole("menuitem", { name }).click();
  await text(page, words);
};

describe("dashboard: how it looks", () => {
  const on = dashboard({ ...(hasModel && { script }), sharesPages: true });
  const { open, look } = looks(on);
  let content;
  let receiver;
  before(async () => void (receiver = await startReceiver()));
  after(() => receiver.stop());

  describe("signed out", () => {
    before(() => open(null));
    look("sign-in", "/");
    look("sign-in-refused", "/", async (page) => {
      on.mayRefuse(401, /^POST \/auth$/);
      await page.getByLabel("API key").fill("sk_nen_wrong");
      await page.keyboard.press("Enter");
      await page.locator(".field-error").waitFor();
    });
  });

  describe("with nothing in it yet", () => {
    before(() => open(on.site.key));
    look("wall-first", "/desktops", says("Create the first desktop"));
    look("deleted-first", "/desktops?status=deleted", says("None in the last 24 hours"));
    look("workflows-first", "/workflows", says("Upload the first workflow"));
    look("runs-first", "/runs", says("No runs yet"));
    look("usage-first", "/settings/usage", says("Nothing was used in this time"));
  });

  describe("desktops", () => {
    before(async () => {
      content = await makeContent(on.api, receiver);
      for (const page of on.contexts.flatMap((context) => context.pages())) await page.reload();
    });
    const desktop = (query = "") => () => `${content.busy.path}${query}`;
    const screen = (page) => page.frameLocator("iframe").locator("#screen canvas").first().waitFor(); // where there are fingers, the pointer is a second one

    look("wall", "/desktops", async (page) => {
      for (const card of [0, 1, 2]) await page.getByRole("article").nth(card).locator("img").waitFor(); // the third is that of the run
    });
    look("wall-menu", "/desktops", deed("Invoices of May"));
    look("create", "/desktops", async (page) => {
      await button(page, "New desktop").click();
      await page.getByText("Rest, end and labels").click();
    });
    look("rename", "/desktops", deed("Invoices of May", "Rename", "Rename desktop"));
    look("delete", "/desktops", deed("Invoices of May", "Delete", "Nothing brings them back."));
    look("deleted", "/desktops?status=deleted", says("Gone by now"));
    look("wall-nothing-fits", "/desktops?search=nothing", says("No desktop like that"));
    look("desktop", desktop(), async (page) => {
      await screen(page);
      await page.getByRole("button", { name: /^Clicked at 640, 222/ }).click();
      await page.getByAltText("Screen after: Clicked at 640, 222").waitFor();
    });
    look("desktop-act", desktop("?tab=act"), async (page) => {
      await screen(page);
      await page.getByRole("button", { name: "Run action" }).waitFor();
    });
    look("desktop-files", desktop("?tab=files"), says("invoices.csv"));
    look("desktop-clipboard", desktop("?tab=clipboard"), says("Read from desktop"));
    look(
      "desktop-held",
      desktop(),
      async (page, size) => {
        await screen(page);
        if (size === "wide") await press("Take over", "You are in control")(page);
        await button(page, "Hand back").waitFor();
      },
      () => on.api.delete(`${content.busy.path}/view/takeover`),
    );
    look("desktop-paused", () => content.paused.path, says("It stands still where it is"));
    const none = () => {
      on.mayRefuse(404, /dsk_nothing/);
      return "/desktops/dsk_nothing";
    };
    look("desktop-none", none, says("There is no such desktop"));
    look("replay", desktop("/replay?at=8"), says("Dragged from 420, 222 to 640, 320"));
    look("replay-failed", desktop("/replay?at=5"), says("there is no window 1"));
    look("replay-export", desktop("/replay?at=3"), press("Export", "JSON trajectory with pictures"));
  });

  describe("workflows and runs", () => {
    const run = (which, query = "") => () => `/runs/${content[which]}${query}`;
    const workflow = (query = "") => () => `/workflows/${content.reconcile}${query}`;
    look("workflows", "/workflows", says("reconcile"));
    look("upload", "/workflows", async (page) => {
      await button(page, "Upload a workflow").click();
      const [chooser] = await Promise.all([page.waitForEvent("filechooser"), on.dialog(page).getByText("Files", { exact: true }).click()]);
      await chooser.setFiles([await fileOf("echo")]);
      await text(page, "workflow.py");
    });
    look("workflow", workflow(), says(/Completed|not run yet/));
    look("workflow-code", workflow("?tab=code"), says("Compares the invoices"));
    look("workflow-schemas", workflow("?tab=schemas"), says("As it is written on its invoices."));
    look("workflow-versions", workflow("?tab=versions"), says("Version 1"));
    look("start", workflow("/run"), press("Start the run", "This is needed."));
    look("runs", "/runs", async (page) => {
      await page.getByRole("row", { name: /clock/ }).waitFor();
      await page.getByRole("row", { name: /echo/ }).waitFor();
    });
    look("runs-nothing-fits", "/runs?status=timeout", says("No run fits"));
    look("runs-choose", "/runs", press("Start a run", "Start a run of"));
    look("run-log", run("good", "?tab=log"), says("begins"));
    look("run-steps", run("good", "?tab=steps&step=1"), says(hasModel ? "A right click opens its menu." : "It made no step"));
    look("run-files", run("good", "?tab=files"), says(hasModel ? "report.csv" : "It left no files"));
    if (hasModel) look("run-file", run("good", "?tab=files"), press("report.csv", "INV-2041,Hamburg"));
    look("run-webhooks", run("good", "?tab=webhooks"), says("Run succeeded"));
    look("run-details", run("good", "?tab=details"), says("Time to wait"));
    look("run-failed", run("bad"), says("there is nothing to give back"));
    look("run-going", run("going"), async (page) => {
      await text(page, "tick");
      await page.getByRole("region", { name: "Its desktop, live" }).locator("img").waitFor();
    });
    look("run-cancel", run("going"), press("Cancel", "Cancel this run of clock?"), () => on.api.post(`/runs/${content.going}/cancel`));
    if (hasModel) look("run-replay", run("good", "/replay"), async (page) => {
      await page.locator(".replay-step", { hasText: "A right click opens its menu." }).click();
      await text(page, /^What claude/);
    });
  });

  describe("settings", () => {
    look("keys", "/settings/keys", says("Invoice agent"));
    look("key-create", "/settings/keys", press("New key", "New API key"));
    look("key-secret", "/settings/keys", async (page, size) => {
      await button(page, "New key").click();
      await on.dialog(page).getByLabel("Name").fill(`Made on ${size}`);
      await button(page, "Create key").click();
      await text(page, "This is the only time it is shown.");
    });
    look("key-revoke", "/settings/keys", press("Revoke Invoice agent", "This cannot be undone."));
    look("sign-in-link", "/settings/keys", press("Make a link", "It works once"));
    look("secrets", "/settings/webhooks", says("Request-signing secret"));
    look("secret-rotate", "/settings/webhooks", press("Make a new one", "It is shown once."));
    look("models", "/settings/models", says("spent of $20.00"));
    look("budget", "/settings/models", press("Change", "Change the budget"));
    look("usage", "/settings/usage", says("Desktop hours"));
    look("usage-table", "/settings/usage?view=table", says("All 30 days"));
    look("server", "/settings/server", says("Version"));
    look("not-found", "/nowhere", says("There is no such page"));
    look("account", "/desktops", async (page, size) => {
      if (size === "phone") await button(page, "Account and theme").click();
    });
  });

  describe("for a key that may do little", () => {
    before(async () => open(await on.api.keyFor("Looks only", ["desktops:read"])));
    look("reader-wall", "/desktops", says("Invoices of May"));
    look("reader-runs", "/runs", says("Not with this key"));
    look("reader-keys", "/settings/keys", says("may not manage keys"));
  });
});
