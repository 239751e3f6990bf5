import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../src/dashboard/", import.meta.url));
const files = (ending) => readdirSync(root, { recursive: true }).filter((path) => path.endsWith(ending));
const partOf = (path) => path.split("/")[0];
const textOf = (path) => readFileSync(root + path, "utf8");
/** Loaded with every page, and made to be used by all. */
const SHARED = new Set(["actions", "components", "schema", "shell", "styles"]);

/** Classes that are styled by themselves, whatever else an element has or lies in: `.row` and `.row > .icon`, not `.row.open`. */
function classesIn(css) {
  const selectors = css.replace(/\/\*.*?\*\//gs, "").match(/[^{};]+(?=\{)/g) ?? [];
  return selectors.flatMap((list) => list.split(",")).flatMap((one) => /^\s*\.([\w-]+)(?![\w.-])/.exec(one)?.[1] ?? []);
}

/** Words of `class={…}`, for what may be a class among them. */
function wordsIn(tsx) {
  const values = [...tsx.matchAll(/\bclass=(?:"([^"]*)"|\{`([^`]*)`\}|\{("[^}]*)\})/g)];
  return new Set(values.flatMap((found) => found.slice(1).filter(Boolean)).flatMap((value) => value.replace(/\$\{[^"]*?(?=["}])/g, " ").split(/[^\w-]+/)));
}

describe("dashboard: styles", () => {
  it("of one part of the dashboard reach into no other, since all that were loaded stay", () => {
    const owners = new Map();
    for (const path of files(".css")) {
      for (const name of classesIn(textOf(path))) owners.set(name, (owners.get(name) ?? new Set()).add(partOf(path)));
    }
    const wrong = [];
    for (const path of files(".tsx")) {
      for (const word of wordsIn(textOf(path))) {
        const strangers = [...(owners.get(word) ?? [])].filter((part) => part !== partOf(path) && !SHARED.has(part));
        if (strangers.length > 0) wrong.push(`${path} uses .${word}, which ${strangers.join(" and ")} styles`);
      }
    }
    assert.deepEqual(wrong, []);
  });
});
