import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";

const source = readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Lets a page be looked through; call it before the page is opened. */
export async function prepare(page) {
  await page.addInitScript(await source);
}

const TAGS = { runOnly: ["wcag2a", "wcag2aa", "best-practice"] };
const COLOURS = { runOnly: { type: "rule", values: ["color-contrast"] } };

/** What is wrong on a page in earnest, a line for each. `coloursOnly`: all else was looked at in another colour scheme. */
export function wrongOn(page, { coloursOnly = false } = {}) {
  return page.evaluate(async (options) => {
    const { violations } = await axe.run(document, { ...options, resultTypes: ["violations"] });
    const earnest = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
    return earnest.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => `${id}: ${target.join(" ")}: ${failureSummary.replace(/\s+/g, " ")}`));
  }, coloursOnly ? COLOURS : TAGS);
}

/** How far a page is wider than its window, which is never wanted. */
export function overflowOf(page) {
  return page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
}
