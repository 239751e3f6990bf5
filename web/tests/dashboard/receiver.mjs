import { createServer } from "node:http";
import { createHmac } from "node:crypto";

/** Takes webhooks on loopback, and keeps them. */
export async function startReceiver() {
  const received = [];
  let status = 204;
  const server = createServer((request, reply) => {
    const chunks = [];
    request.on("data", (chunk) => chunks.push(chunk));
    request.on("end", () => {
      const body = Buffer.concat(chunks);
      received.push({ id: request.headers["webhook-id"], headers: request.headers, body, said: JSON.parse(body.toString()) });
      reply.writeHead(status).end();
    });
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}/nen`,
    received,
    /** What it answers from now on. */
    answer: (code) => void (status = code),
    stop: () => server.close(),
  };
}

/** Whether a webhook was signed with a secret, by both of the ways in which it may be checked. */
export function isSigned({ headers, body }, secret) {
  const ofBody = `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`;
  const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
  const content = Buffer.concat([Buffer.from(`${headers["webhook-id"]}.${headers["webhook-timestamp"]}.`), body]);
  const standard = `v1,${createHmac("sha256", key).update(content).digest("base64")}`;
  return headers["x-hmac-signature"] === ofBody && headers["webhook-signature"].split(" ").includes(standard);
}
