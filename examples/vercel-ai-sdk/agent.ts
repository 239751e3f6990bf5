// An agent of Vercel's AI SDK whose tools are those of a desktop.
import { anthropic } from "@ai-sdk/anthropic";
import { dynamicTool, generateText, jsonSchema, stepCountIs, type ToolSet } from "ai";

const task = process.argv[2] ?? "Open https://example.com in the browser and tell me what the page says.";

type Call = { action: string; [parameter: string]: unknown };
type Reply = { output?: string; error?: string; base64_image?: string };

async function nen(method: string, path: string, body?: unknown): Promise<any> {
  const response = await fetch(process.env.NEN_API_URL + path, {
    method,
    headers: { Authorization: `Bearer ${process.env.NEN_API_KEY}`, "Content-Type": "application/json" },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  return response.json();
}

const created = await nen("POST", "/desktops", {
  tools: ["computer", "clipboard", "windows"],
  start_url: process.env.START_URL,
});
if (!created.desktop_id) throw new Error(created.error);
const desktop = `/desktops/${created.desktop_id}`;

try {
  const tools: ToolSet = {};
  for (const { name, description, parameters } of await nen("GET", `${desktop}/tools`)) {
    tools[name] = dynamicTool({
      description,
      inputSchema: jsonSchema(parameters),
      execute: (input): Promise<Reply> => {
        const { action, ...params } = input as Call;
        return nen("POST", `${desktop}/execute`, { action: { tool: name, action, params } });
      },
      toModelOutput: ({ output }) => {
        const { output: said, error, base64_image: data } = output as Reply;
        const text = { type: "text" as const, text: said ?? error ?? "Done." };
        const image = data ? [{ type: "image-data" as const, data, mediaType: "image/png" }] : [];
        return { type: "content", value: [text, ...image] };
      },
    });
  }
  const { text } = await generateText({
    model: anthropic("claude-sonnet-4-6"),
    prompt: task,
    tools,
    stopWhen: stepCountIs(200),
    // Calls are run side by side, but a keyboard takes them one after the other.
    providerOptions: { anthropic: { disableParallelToolUse: true } },
  });
  console.log(text);
} finally {
  await nen("DELETE", desktop);
}
