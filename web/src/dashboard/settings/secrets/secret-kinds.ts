import type { NewSecret, RequestOptions, SecretHint, WorkspaceSettings } from "nen-client";
import { nen } from "../../server/client";

/** One of the two secrets of a workspace. */
export interface SecretKind {
  id: "webhook" | "signing";
  title: string;
  /** What it is for. */
  purpose: string;
  /** What to see to when it changes. */
  change: string;
  /** What goes on working, and how long, while two are valid. */
  both: string;
  hintOf(settings: WorkspaceSettings): SecretHint;
  rotate(options?: RequestOptions): Promise<NewSecret>;
  /** What `lines` are about: "How to …". */
  use: string;
  /** Stands for the secret where it cannot be shown. */
  example: string;
  /** How it is used: lines under their headings. */
  lines(secret: string): readonly { title: string; text: string }[];
}

const webhook: SecretKind = {
  id: "webhook",
  title: "Webhook secret",
  purpose: "Signs the webhooks that runs send. Your receivers check by it that a webhook comes from this workspace.",
  change: "Then give it to your receivers: within 24 hours, while the one before is valid, too.",
  both:
    "Until then webhooks carry a signature by each in webhook-signature. X-Hmac-Signature is made with the newest only: receivers that check that one should try both secrets.",
  use: "How to check a webhook",
  example: "whsec_…",
  hintOf: (settings) => settings.webhookSecret,
  rotate: (options) => nen.settings.rotateWebhookSecret(options),
  lines: (secret) => [
    { title: "Where your receiver runs", text: `export NEN_WEBHOOK_SECRET=${secret}` },
    {
      title: "In your receiver, in Python",
      text: `# pip install nen-client
import os
from nen_client import verify_webhook

# body: the bytes as they arrived
payload = verify_webhook(body, headers, os.environ["NEN_WEBHOOK_SECRET"])`,
    },
  ],
};

const signing: SecretKind = {
  id: "signing",
  title: "Request-signing secret",
  purpose: "Signs requests that start a run with secrets, such as passwords to type. Without a signature they are refused.",
  change: "Then give it to the programs that start runs with secrets: within 24 hours, while the one before is valid, too.",
  both: "Until then requests that are signed with either are taken.",
  use: "How to sign a request",
  example: "nensig_…",
  hintOf: (settings) => settings.signingSecret,
  rotate: (options) => nen.settings.rotateSigningSecret(options),
  lines: (secret) => [
    {
      title: "Where your programs run, and in the shell",
      text: `export NEN_SIGNING_SECRET=${secret}

nen run start WORKFLOW --secret password   # asks for the password`,
    },
    {
      title: "In Python, with that variable set",
      text: `# pip install nen-client
import os
from nen_client import Nen

with Nen() as client:
    client.start_run("WORKFLOW", secure_params={"password": os.environ["PORTAL_PASSWORD"]})`,
    },
  ],
};

export const secretKinds: readonly SecretKind[] = [webhook, signing];
