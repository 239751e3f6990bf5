import { useState } from "preact/hooks";
import type { Key, NewKey } from "nen-client";
import { ask } from "../../components/ask";
import { Button } from "../../components/button";
import { Loaded, Skeleton } from "../../components/loading";
import { Note } from "../../components/notice";
import { Section } from "../../components/page";
import { toast } from "../../components/toast";
import { nen } from "../../server/client";
import { useLoad } from "../../server/load";
import { may, whyNot } from "../../server/scopes";
import { useTask } from "../../server/task";
import { CreateKeyDialog } from "./create-key-dialog";
import { KeyList } from "./key-list";
import { NewKeyDialog } from "./new-key-dialog";
import { SignInLink } from "./sign-in-link";

/** Keys for programs, and links for browsers. */
export function KeysSection() {
  return (
    <>
      {may("admin") ? (
        <Keys />
      ) : (
        <Section title="API keys" lead="What programs sign their calls with.">
          <Note icon="lock">{whyNot("admin")} Ask somebody with such a key when you need one for a program.</Note>
        </Section>
      )}
      <SignInLink />
    </>
  );
}

function Keys() {
  const answer = useLoad((signal) => nen.keys.list({ signal }), []);
  const [isCreating, setCreating] = useState(false);
  const [made, setMade] = useState<NewKey | null>(null);
  const [leaving, setLeaving] = useState<string | null>(null);
  const revoking = useTask(async (key: Key) => {
    const isSure = await ask({
      title: `Revoke “${key.name}”?`,
      text: "Programs that use it are refused from now on, and browsers that were signed in with it are signed out. What it started goes on. This cannot be undone.",
      confirm: "Revoke key",
      danger: true,
    });
    if (!isSure) return;
    setLeaving(key.id);
    try {
      await nen.keys.revoke(key.id);
      toast(`“${key.name}” is revoked.`);
    } finally {
      setLeaving(null);
      void answer.again(); // also after a failure: somebody else may have revoked it
    }
  });
  return (
    <Section
      title="API keys"
      lead="What programs sign their calls with. Give each program one of its own, with no more than it needs."
      actions={
        <Button kind="primary" icon="plus" onClick={() => setCreating(true)}>
          New key
        </Button>
      }
    >
      <Loaded answer={answer} skeleton={<Skeleton lines={4} height={52} />}>
        {(keys) => (
          <>
            <KeyList keys={keys} onRevoke={(key) => void revoking.run(key)} busy={leaving} />
            <Note icon="key">
              The key of this sign-in cannot revoke itself, so that nobody locks themselves out. To end it, sign in with another key
              that has the scope admin.
            </Note>
          </>
        )}
      </Loaded>
      {isCreating && (
        <CreateKeyDialog
          onClose={() => setCreating(false)}
          onMade={(key) => {
            setCreating(false);
            setMade(key);
            void answer.again();
          }}
        />
      )}
      {made && <NewKeyDialog made={made} onClose={() => setMade(null)} />}
    </Section>
  );
}
