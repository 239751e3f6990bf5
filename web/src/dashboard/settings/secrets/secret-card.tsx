import { useState } from "preact/hooks";
import type { NewSecret, SecretHint } from "nen-client";
import { Ago } from "../../components/ago";
import { ask } from "../../components/ask";
import { Badge } from "../../components/badge";
import { Button } from "../../components/button";
import { now } from "../../components/clock";
import { Facts } from "../../components/facts";
import { formatDateTime } from "../../components/format";
import { Note } from "../../components/notice";
import { useTask } from "../../server/task";
import { CodeLines } from "../code-lines";
import { SecretDialog } from "../secret-dialog";
import type { SecretKind } from "./secret-kinds";

/** What may be shown of a secret, and how to make a new one. */
export function SecretCard({ kind, hint, onRotated }: { kind: SecretKind; hint: SecretHint; onRotated(): void }) {
  const [made, setMade] = useState<NewSecret | null>(null);
  const until = hint.previousValidUntil ?? 0;
  const areTwoValid = until > now.value;
  const rotating = useTask(async () => {
    const isSure = await ask({
      title: `Make a new ${kind.title.toLowerCase()}?`,
      text: (
        <div class="stack tight">
          <p>It is shown once. {kind.change}</p>
          {areTwoValid && (
            <Note icon="alert" tone="warn">
              Two are valid now. The older one, valid until {formatDateTime(until)}, ends at once when you go on.
            </Note>
          )}
        </div>
      ),
      confirm: "Make a new one",
    });
    if (!isSure) return;
    setMade(await kind.rotate());
    onRotated();
  });
  return (
    <section class="card secret-card" aria-label={kind.title}>
      <header>
        <h3 class="grow">{kind.title}</h3>
        {areTwoValid && <Badge tone="info">Two are valid</Badge>}
      </header>
      <div class="body stack">
        <p class="muted">{kind.purpose}</p>
        <Facts
          items={[
            ["Ends with", <code>{hint.hint}</code>],
            ["Made", <Ago at={hint.createdAt} />],
            ["One before", areTwoValid ? <>Valid until {formatDateTime(until)} (<Ago at={until} />)</> : "None is valid any more"],
          ]}
        />
        {areTwoValid && <Note>{kind.both}</Note>}
        <details class="secret-use">
          <summary>{kind.use}</summary>
          <div class="stack">
            <Lines kind={kind} secret={kind.example} />
          </div>
        </details>
        <div class="secret-card-foot">
          <Button icon="refresh" busy={rotating.busy} onClick={() => void rotating.run()}>
            Make a new one
          </Button>
        </div>
      </div>
      {made && (
        <SecretDialog title={`Your new ${kind.title.toLowerCase()}`} label="The secret" secret={made.secret} onClose={() => setMade(null)}>
          <Note icon="clock">
            The one before stays valid until {formatDateTime(made.previousValidUntil)}. {kind.both}
          </Note>
          <Lines kind={kind} secret={made.secret} />
        </SecretDialog>
      )}
    </section>
  );
}

function Lines({ kind, secret }: { kind: SecretKind; secret: string }) {
  return (
    <>
      {kind.lines(secret).map(({ title, text }) => (
        <CodeLines key={title} title={title} text={text} />
      ))}
    </>
  );
}
