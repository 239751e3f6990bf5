// The package as it is published: what `npm run build` has made.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { test } from "node:test";

// The tests run from build/tests.
const root = new URL("../../", import.meta.url);

test("both entries can be imported by the package's name", async () => {
  const main = await import("nen-client");
  const node = await import("nen-client/node");
  assert.equal(main.NenDesktop, main.Nen);
  assert.deepEqual(Object.keys(node).sort(), ["saveTo", "uploadPath"]);
});

test("the main entry needs nothing of Node.js and of other packages", () => {
  const seen = new Set<string>();
  const look = (file: URL): void => {
    if (seen.has(file.href)) return;
    seen.add(file.href);
    const code = readFileSync(file, "utf8");
    for (const [, from = ""] of code.matchAll(/(?:from|import)\s*\(?\s*"([^"]+)"/g)) {
      assert.ok(from.startsWith("."), `${file.pathname} imports ${from}`);
      look(new URL(from, file));
    }
    assert.ok(!/\b(Buffer|require)\b/.test(code.replace(/^\s*(\*|\/\/|\/\*).*$/gm, "")), file.pathname);
  };
  look(new URL("dist/index.js", root));
  assert.ok(seen.size > 20);
});

test("what is published is the built code and what explains it", () => {
  const args = ["pack", "--dry-run", "--json", "--ignore-scripts"];
  const [{ files }] = JSON.parse(execFileSync("npm", args, { cwd: root, encoding: "utf8" }));
  const others = (files as { path: string }[]).map(({ path }) => path).filter((path) => !path.startsWith("dist/"));
  assert.deepEqual(others.sort(), ["CHANGELOG.md", "LICENSE", "README.md", "package.json"]);
});

test("no dependency is needed to run it", () => {
  const { dependencies, peerDependencies } = JSON.parse(readFileSync(new URL("package.json", root), "utf8"));
  assert.deepEqual([dependencies, peerDependencies], [undefined, undefined]);
});
