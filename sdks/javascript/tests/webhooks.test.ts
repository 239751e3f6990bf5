import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { test } from "node:test";
import { requestSignature, type VerifyOptions, verifyWebhook, type WebhookHeaders } from "../src/index.js";

const SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo=";
const OTHER = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
const NOW = 1_795_377_600;
const ID = "msg_4f7c0z9k2mqa";
const BODY =
  '{"workflow_id": "w", "message_id": "r", "status": "success", "expires_at": 5, "result": {"total_net": "12,50 €"}}';

function standard(secret = SECRET, body = BODY, at = NOW): string {
  const key = Buffer.from(secret.replace("whsec_", ""), "base64");
  return `v1,${createHmac("sha256", key).update(`${ID}.${at}.${body}`).digest("base64")}`;
}

function hmac(secret = SECRET, body = BODY): string {
  return `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`;
}

const headers = (signature = standard(), at: number | string = NOW): Record<string, string> => ({
  "webhook-id": ID,
  "webhook-timestamp": String(at),
  "webhook-signature": signature,
});

function verify(sent: WebhookHeaders, secret: string | string[] = SECRET, options: VerifyOptions = {}, body = BODY) {
  return verifyWebhook(body, sent, secret, { now: NOW, ...options });
}

test("a webhook is believed by either signature, and read", async () => {
  for (const sent of [headers(), { "X-Hmac-Signature": hmac() }, new Headers({ "x-hmac-signature": hmac() })]) {
    const payload = await verify(sent);
    assert.equal(payload.messageId, "r");
    assert.deepEqual(payload.result, { total_net: "12,50 €" });
    assert.deepEqual(payload.raw, JSON.parse(BODY));
  }
  assert.equal((await verifyWebhook(Buffer.from(BODY), headers(), SECRET, { now: NOW })).status, "success");
  assert.equal(
    (await verify({ "WEBHOOK-ID": [ID], "Webhook-Timestamp": String(NOW), "webhook-signature": standard() })).expiresAt,
    5,
  );
});

test("one of several signatures and secrets is enough", async () => {
  await verify(headers(`v1,AAAA v2,xx v1a,yy ${standard(OTHER)}  ${standard()}`));
  await verify(headers(standard(OTHER)), [SECRET, OTHER]);
  await verify({ "x-hmac-signature": hmac(OTHER) }, [SECRET, OTHER]);
});

test("a time up to five minutes off is right", async () => {
  for (const at of [NOW - 300, NOW + 300]) await verify(headers(standard(SECRET, BODY, at), at));
  await verify(headers(standard(SECRET, BODY, NOW - 500), NOW - 500), SECRET, { tolerance: 600 });
});

const refused: Record<string, [WebhookHeaders, RegExp, VerifyOptions?, string?]> = {
  "nothing signed": [{}, /X-Hmac-Signature must be there/],
  "another secret": [headers(standard(OTHER)), /does not fit the body/],
  "another secret, by X-Hmac-Signature": [{ "x-hmac-signature": hmac(OTHER) }, /does not fit the body/],
  "another body": [headers(), /does not fit the body/, {}, `${BODY} `],
  "another body, by X-Hmac-Signature": [{ "x-hmac-signature": hmac() }, /does not fit the body/, {}, `${BODY} `],
  "another id": [{ ...headers(), "webhook-id": "msg_other" }, /does not fit the body/],
  "an old time": [headers(standard(SECRET, BODY, NOW - 301), NOW - 301), /more than 300 s off/],
  "a time to come": [headers(standard(SECRET, BODY, NOW + 301), NOW + 301), /more than 300 s off/],
  "a time that is none": [headers(standard(), "1e999"), /must be Unix seconds/],
  "a time that was not signed": [headers(standard(), NOW + 1), /does not fit the body/],
  "no time": [{ "webhook-id": ID, "webhook-signature": standard() }, /must be there/],
  "a version that is not known": [headers(standard().replace("v1", "v2")), /does not fit the body/],
  "a signature that is none": [headers("v1,%%% v1, ,"), /does not fit the body/],
  "half a signature": [{ "x-hmac-signature": hmac().slice(0, -2) }, /does not fit the body/],
  "a signature in capitals": [{ "x-hmac-signature": hmac().toUpperCase() }, /must be sha256=/],
  "an empty signature": [{ "x-hmac-signature": "sha256=" }, /must be sha256=/],
  "one signature where both are there and the better is wrong": [
    { ...headers(standard(OTHER)), "x-hmac-signature": hmac() },
    /webhook-signature does not fit/,
  ],
  "a signature without a time where one is asked for": [
    { "x-hmac-signature": hmac() },
    /must be there/,
    { scheme: "standard" },
  ],
  "the other one where X-Hmac-Signature is asked for": [
    headers(),
    /X-Hmac-Signature must be there/,
    { scheme: "hmac" },
  ],
};
for (const [name, [sent, message, options, body]] of Object.entries(refused)) {
  test(`a webhook is refused: ${name}`, async () => {
    const error = { name: "WebhookVerificationError", message };
    await assert.rejects(verify(sent, SECRET, options, body), error);
  });
}

test("a body that is signed and no object is refused", async () => {
  for (const body of ["[]", "no JSON", ""]) {
    const error = { name: "WebhookVerificationError", message: /no JSON object/ };
    await assert.rejects(verify({ "x-hmac-signature": hmac(SECRET, body) }, SECRET, {}, body), error);
  }
});

test("a secret that cannot be one is said without showing it", async () => {
  await assert.rejects(verify(headers(), ""), { message: "the webhook secret is empty" });
  await assert.rejects(verify(headers(), []), { message: "the webhook secret is empty" });
  await assert.rejects(verify(headers(), "whsec_%%%"), { message: "the webhook secret must be whsec_ and base64" });
});

test("a request is signed over its raw body with the secret as text", async () => {
  const expected = createHmac("sha256", "nensig_a").update("{}ä").digest("hex");
  assert.equal(await requestSignature("nensig_a", "{}ä"), `sha256=${expected}`);
});
