// Brings a file to a desktop, works on it there, and takes the result back: node files.mjs input.txt output.txt

import { Nen } from "nen-client";
import { saveTo, uploadPath } from "nen-client/node";

const [input, output] = process.argv.slice(2);
if (!input || !output) throw new Error("usage: node files.mjs input.txt output.txt");

const nen = new Nen();
const desktop = await nen.desktops.create({ tools: ["computer", "bash"], network: "none" });
try {
  // Both ways the file is streamed and never in memory as a whole.
  await uploadPath(desktop.files, input, { name: "input.txt" });
  console.log(await desktop.bash.run("tr a-z A-Z < /drive/input.txt > /drive/output.txt && wc -c /drive/output.txt"));
  const bytes = await saveTo(await desktop.files.download("output.txt"), output);
  console.log(`${bytes} bytes are in ${output}`);
} finally {
  await desktop.delete();
}
