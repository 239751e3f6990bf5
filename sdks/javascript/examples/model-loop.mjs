// Has a model of Anthropic's do something on a desktop. The loop is yours, and this is all of it; Nen speaks the
// provider's own format: ANTHROPIC_API_KEY=… node model-loop.mjs "Open the newest invoice" https://portal.example.com

import { Nen } from "nen-client";

const [task = "Say what is on the screen", startUrl] = process.argv.slice(2);
const {
  ANTHROPIC_API_KEY,
  ANTHROPIC_BASE_URL = "https://api.anthropic.com",
  MODEL = "claude-sonnet-4-6",
} = process.env;
if (!ANTHROPIC_API_KEY) throw new Error("ANTHROPIC_API_KEY must be set");
const dialect = { dialect: "anthropic", variant: "computer_20251124" };
const STEPS = 30;

async function ask(messages, tools) {
  const response = await fetch(`${ANTHROPIC_BASE_URL}/v1/messages`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      "x-api-key": ANTHROPIC_API_KEY,
      "anthropic-version": "2023-06-01",
      "anthropic-beta": "computer-use-2025-11-24",
    },
    body: JSON.stringify({ model: MODEL, max_tokens: 4096, tools, messages }),
  });
  if (!response.ok) throw new Error(`the model answered ${response.status}: ${await response.text()}`);
  return response.json();
}

const nen = new Nen();
const desktop = await nen.desktops.create({ ...(startUrl && { startUrl }) });
try {
  const tools = await desktop.tools(dialect);
  const messages = [{ role: "user", content: task }];
  for (let step = 0; step < STEPS; step++) {
    const { content, stop_reason } = await ask(messages, tools);
    messages.push({ role: "assistant", content });
    for (const block of content) if (block.type === "text") console.log(block.text);
    if (stop_reason !== "tool_use") break;
    // The server passes over the words and thoughts among the calls.
    messages.push({ role: "user", content: await desktop.calls(content, dialect) });
  }
} finally {
  await desktop.delete();
}
