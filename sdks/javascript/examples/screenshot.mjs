// Opens a web page on a new desktop, scrolls, and keeps a picture: node screenshot.mjs https://example.com page.png

import { writeFile } from "node:fs/promises";
import { Nen } from "nen-client";

const [url = "https://example.com", path = "page.png"] = process.argv.slice(2);
const nen = new Nen(); // NEN_API_KEY and NEN_API_URL
const desktop = await nen.desktops.create({ startUrl: url });
try {
  await desktop.wait();
  await desktop.scroll(640, 400, { direction: "down", amount: 2 });
  await writeFile(path, await desktop.screenshot());
  console.log(`${url} is in ${path}`);
} finally {
  await desktop.delete();
}
