// Pays the open invoice on the portal of the tests, as every other client does it. Needs a build (`npm run build`).
// Environment: NEN_API_URL, NEN_API_KEY, PORTAL_URL as a desktop sees it, PORTAL_NOTE. Prints one line of JSON.

import { Nen } from "nen-client";

const SECONDS = 60;
const { PORTAL_URL: portal, PORTAL_NOTE: note } = process.env;
if (!portal || note === undefined) throw new Error("PORTAL_URL and PORTAL_NOTE must be set");

/** Looks again each time the screen has settled, until there is something. */
async function until(desktop, what, look) {
  const end = Date.now() + SECONDS * 1000;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > end) throw new Error(`${what} did not come within ${SECONDS} s`);
    await desktop.wait(undefined, { screenshot: "never" });
  }
}

/** Waits for a page by its title, and until it can be typed into. */
async function page(desktop, title) {
  await until(desktop, `a page "${title}"`, async () => {
    return (await desktop.windows.list()).find((window) => window.title.includes(title));
  });
  await desktop.wait(undefined, { screenshot: "never" });
}

async function open(desktop, url) {
  await desktop.keyPress("ctrl+l");
  await desktop.typeText(`${url}\n`);
}

async function pay(desktop) {
  await page(desktop, "Sign in");
  await desktop.typeText("ada@lumen.example\tcorrect-Horse7\n");

  await page(desktop, "Invoices");
  await desktop.keyPress("ctrl+a ctrl+c");
  const rows = (await desktop.clipboard.get()).split("\n").map((line) => line.split("\t").map((cell) => cell.trim()));
  const [invoice, , amount] = rows.find(([, , , status]) => status === "open") ?? [];
  if (!invoice || !amount) throw new Error("the table has no open invoice");

  await open(desktop, `${portal}/pay`);
  await page(desktop, "Pay - ");
  await desktop.typeText(`${invoice}\t${amount}\t${note}\n`);

  await page(desktop, "Paid");
  await open(desktop, `${portal}/receipt.txt`);
  const name = "receipt.txt";
  await until(desktop, name, async () => {
    return (await desktop.files.list({ path: "Downloads" })).find((file) => file.name === name && file.size > 0);
  });
  const receipt = await (await desktop.files.download(name, { path: "Downloads" })).text();
  return { invoice, amount, receipt };
}

const desktop = await new Nen().desktops.create({ tools: ["computer", "clipboard", "windows"], startUrl: portal });
try {
  console.log(JSON.stringify(await pay(desktop)));
} finally {
  await desktop.delete();
}
