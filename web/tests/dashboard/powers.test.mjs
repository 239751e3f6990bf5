import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, before, describe, it } from "node:test";
import { dashboard } from "./dashboard.mjs";
import { Desktop } from "./desktop.mjs";

describe("dashboard: who may do what", () => {
  const on = dashboard();
  /** @type {Desktop} */
  let desktop;
  before(async () => {
    desktop = await Desktop.create(on.api, { name: "Of others" });
    await desktop.act("computer.mouse_move", { coordinate: [10, 10] });
    await desktop.write("kept.txt", "kept");
  });

  it("offers a reader nothing that a reader may not do", async () => {
    const { page } = on;
    await on.open("/desktops", { key: await on.api.keyFor("reader", ["desktops:read"]) });
    const card = page.getByRole("article", { name: "Of others" });
    await card.locator("img").waitFor();
    await card.getByRole("button", { name: /^More for/ }).click();
    assert.deepEqual(await page.getByRole("menuitem").allInnerTexts(), ["Replay"]);
    const offersNone = async (...names) => {
      for (const name of names) {
        const found = page.locator("button, label, a").getByText(name, { exact: true }).or(page.getByRole("button", { name, exact: true }));
        assert.equal(await found.count(), 0, `${name} at ${page.url()}`);
      }
    };
    await offersNone("New desktop");
    await on.go(desktop.path);
    await page.frameLocator("iframe").locator("canvas").waitFor();
    await offersNone("Take over", "Interact", "Make a link", "End all links");
    await on.go(`${desktop.path}?tab=files`);
    await page.getByText("kept.txt").waitFor();
    await offersNone("Upload", "Delete kept.txt");
    for (const tab of ["act", "clipboard"]) {
      await on.go(`${desktop.path}?tab=${tab}`);
      await page.getByText("Not with this key").waitFor();
      await offersNone("Run action", "Put into desktop", "Read from desktop");
    }
    await on.go(`${desktop.path}/replay`);
    await page.getByRole("slider", { name: "Time line" }).waitFor();
    const anything = "00000000-0000-0000-0000-000000000000";
    for (const place of ["/workflows", `/workflows/${anything}`, `/workflows/${anything}/run`, "/runs", `/runs/${anything}`, `/runs/${anything}/replay`, "/settings/usage", "/settings/webhooks"]) {
      await on.go(place);
      await page.getByText("Not with this key").waitFor();
      await offersNone("Upload a workflow", "Start a run", "Start the run", "Make a new one");
    }
    await on.go("/settings/keys");
    await page.getByText("may not manage keys").waitFor();
    await offersNone("New key");
  });

  it("the server refuses a reader all the same", async () => {
    const { page, site } = on;
    await on.open("/desktops", { key: await on.api.keyFor("reader", ["desktops:read"]) });
    on.mayRefuse(403, /./);
    const tries = [["DELETE", desktop.path], ["POST", `${desktop.path}/view/takeover`], ["DELETE", `${desktop.path}/files/kept.txt`], ["GET", "/keys"], ["GET", "/usage"], ["GET", "/runs"]];
    const answers = await page.evaluate((all) => Promise.all(all.map(async ([method, path]) => (await fetch(path, { method })).status)), tries);
    assert.deepEqual(answers, tries.map(() => 403));
    const state = await (await page.context().request.get(`${site.url}${desktop.path}/view/state`)).json();
    assert.equal(state.takeover, false);
    assert.equal(await desktop.file("kept.txt"), "kept");
  });

  it("whoever may only see workflows sees no desktop", async () => {
    const { page } = on;
    await on.open("/desktops", { key: await on.api.keyFor("flows", ["workflows:read"]) });
    await page.getByText("Not with this key").waitFor();
    await on.go(desktop.path);
    await page.getByText("Not with this key").waitFor();
    assert.equal(await page.getByText("Of others").count(), 0);
  });

  describe("a page of somebody else", () => {
    let other;
    before(async () => {
      other = createServer((_, reply) => reply.setHeader("content-type", "text/html").end("<!doctype html><title>other</title>"));
      await new Promise((resolve) => other.listen(0, "127.0.0.1", resolve));
    });
    after(() => other.close());

    /** A page of another origin in a browser that is signed in; what it tries is answered with a word each. */
    async function attack(host) {
      const context = await on.browser.newContext();
      on.contexts.push(context);
      const signIn = await context.request.post(`${on.site.url}/auth`, { data: { key: on.site.key }, headers: { origin: on.site.url } });
      assert.equal(signIn.status(), 200);
      const page = await context.newPage();
      await page.goto(`http://${host}:${other.address().port}/`);
      const statuses = [];
      page.on("response", (response) => response.url().startsWith(on.site.url) && statuses.push(response.status()));
      const tried = await page.evaluate(
        async ({ url, path }) => {
          const word = (promise) => promise.then((answer) => answer.type, () => "refused");
          const simple = { method: "POST", mode: "no-cors", credentials: "include", headers: { "content-type": "text/plain" } };
          const socket = new Promise((resolve) => {
            const one = new WebSocket(`${url.replace("http", "ws")}${path}/view`, "binary");
            one.onopen = () => resolve("open");
            one.onclose = () => resolve("refused");
          });
          const framed = (address) => new Promise((resolve) => {
            const frame = document.createElement("iframe");
            frame.src = address;
            frame.onload = () => resolve();
            document.body.append(frame);
          });
          await framed(`${url}/`);
          await framed(`${url}/view/${path.split("/").at(-1)}`);
          return {
            read: await word(fetch(`${url}/desktops`, { credentials: "include" })),
            create: await word(fetch(`${url}/desktops`, { ...simple, body: '{"name": "stolen"}' })),
            takeover: await word(fetch(`${url}${path}/view/takeover`, simple)),
            signOut: await word(fetch(`${url}/auth`, { method: "DELETE", credentials: "include" })),
            socket: await socket,
          };
        },
        { url: on.site.url, path: desktop.path },
      );
      return { page, context, tried, statuses };
    }

    for (const [host, why] of [["127.0.0.1", "of another port, to which the browser sends the cookie"], ["localhost", "of another site"]]) {
      it(`${why}, can do nothing with the cookie`, async () => {
        const { page, context, tried, statuses } = await attack(host);
        assert.deepEqual(tried, { read: "refused", create: "opaque", takeover: "opaque", signOut: "refused", socket: "refused" });
        assert.ok(statuses.includes(403) || statuses.includes(401), String(statuses));
        const names = (await on.api.get("/desktops")).map(({ name }) => name);
        assert.deepEqual(names, ["Of others"]);
        assert.equal((await on.api.get(`${desktop.path}/view/state`)).takeover, false);
        assert.equal((await context.request.get(`${on.site.url}/auth`)).status(), 200, "still signed in");
        const [, dashboardFrame, viewFrame] = page.frames();
        assert.equal(await dashboardFrame.locator("#app").count(), 0, "the dashboard is in no frame");
        await viewFrame.locator("#notice-title", { hasText: "incomplete" }).waitFor();
        assert.equal(await viewFrame.locator("canvas").count(), 0);
      });
    }
  });
});
