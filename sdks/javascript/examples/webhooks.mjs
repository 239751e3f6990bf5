// Receives webhooks of runs and believes only signed ones: NEN_WEBHOOK_SECRET=whsec_… node webhooks.mjs 8080

import { createServer } from "node:http";
import { verifyWebhook, WebhookVerificationError } from "nen-client";

const secret = process.env.NEN_WEBHOOK_SECRET;
if (!secret) throw new Error("NEN_WEBHOOK_SECRET must be set");
const known = new Set();

const server = createServer(async (request, response) => {
  const pieces = [];
  for await (const piece of request) pieces.push(piece);
  try {
    // The raw bytes: JSON that was parsed and written again has another signature.
    const payload = await verifyWebhook(Buffer.concat(pieces), request.headers, secret);
    // Answer at once and work afterwards; the same webhook may come more than once.
    response.writeHead(204).end();
    const id = request.headers["webhook-id"] ?? `${payload.messageId} ${payload.status}`;
    if (known.has(id)) return;
    known.add(id);
    console.log(payload.messageId, payload.status, payload.success ? payload.result : (payload.error ?? ""));
  } catch (error) {
    if (!(error instanceof WebhookVerificationError)) throw error;
    response.writeHead(400).end(error.message);
  }
});
server.listen(Number(process.argv[2] ?? 8080), "127.0.0.1", () => console.log("listening on", server.address().port));
