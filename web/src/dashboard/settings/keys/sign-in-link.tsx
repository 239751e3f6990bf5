import { useState } from "preact/hooks";
import type { SignInLink as Link } from "nen-client";
import { Ago } from "../../components/ago";
import { Button } from "../../components/button";
import { now } from "../../components/clock";
import { Dialog } from "../../components/dialog";
import { Note } from "../../components/notice";
import { Section } from "../../components/page";
import { nen } from "../../server/client";
import { identity } from "../../server/identity";
import { useTask } from "../../server/task";
import { ValueToCopy } from "../value-to-copy";
import { powersOf } from "./access";
import "./keys.css";

/** A way in for a phone or a colleague, who then need no key. */
export function SignInLink() {
  const [link, setLink] = useState<Link | null>(null);
  const task = useTask(async () => setLink(await nen.auth.link()));
  return (
    <Section title="Sign in another browser">
      <div class="card padded key-link">
        <div class="grow">
          <p class="prose muted">
            A link that signs one browser in, once: your phone, or a colleague’s computer. Whoever opens it first has the powers of
            your key “{identity.value?.name}” for up to two weeks, or until the key ends.
          </p>
        </div>
        <Button icon="link" busy={task.busy} onClick={() => void task.run()}>
          Make a link
        </Button>
      </div>
      {link && <LinkDialog link={link} busy={task.busy} onAnother={() => void task.run()} onClose={() => setLink(null)} />}
    </Section>
  );
}

function LinkDialog({ link, busy, onAnother, onClose }: { link: Link; busy: boolean; onAnother(): void; onClose(): void }) {
  const isOver = link.expiresAt <= now.value;
  const who = identity.value;
  return (
    <Dialog
      title="A link that signs in once"
      wide
      onClose={onClose}
      footer={
        <>
          <Button icon="refresh" busy={busy} onClick={onAnother}>
            Make another
          </Button>
          <Button kind="primary" onClick={onClose} data-autofocus>
            Done
          </Button>
        </>
      }
    >
      {isOver ? (
        <Note icon="clock" tone="warn">
          This link is too old by now. Make another.
        </Note>
      ) : (
        <>
          <ValueToCopy label="The link" text={link.href} />
          <p>
            It works once, and ends <Ago at={link.expiresAt} />.
          </p>
          <Note icon="alert" tone="warn">
            Whoever opens it may {powersOf(who?.scopes ?? [])}, as you may. Send it over a way that only they can read. To take it
            back after it was used, revoke the key “{who?.name}”.
          </Note>
          {isLoopback(link.href) && (
            <Note>
              Its address leads to this computer only. For another device, open the dashboard by an address that reaches the server
              from there, and make the link then.
            </Note>
          )}
        </>
      )}
    </Dialog>
  );
}

function isLoopback(url: string): boolean {
  const { hostname } = new URL(url);
  return hostname === "localhost" || hostname === "[::1]" || /^127\./.test(hostname);
}
