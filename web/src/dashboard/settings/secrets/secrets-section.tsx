import { Loaded, Skeleton } from "../../components/loading";
import { Allowed, Note } from "../../components/notice";
import { Section } from "../../components/page";
import { nen } from "../../server/client";
import { useLoad } from "../../server/load";
import { SecretCard } from "./secret-card";
import { secretKinds } from "./secret-kinds";
import "./secrets.css";

/** The two secrets by which workspace and programs believe each other. */
export function SecretsSection() {
  return (
    <Allowed scope="admin">
      <Secrets />
    </Allowed>
  );
}

function Secrets() {
  const answer = useLoad((signal) => nen.settings.get({ signal }), []);
  return (
    <Section
      title="Secrets of the workspace"
      lead="Each signs one way: webhooks that go out, and requests that come in with secrets. Of both only the end is shown."
    >
      <Loaded answer={answer} skeleton={<Waiting />}>
        {(settings) => (
          <div class="settings-cards level">
            {secretKinds.map((kind) => (
              <SecretCard key={kind.id} kind={kind} hint={kind.hintOf(settings)} onRotated={() => void answer.again()} />
            ))}
          </div>
        )}
      </Loaded>
      <Note>
        The first of each was made with the workspace and shown to nobody: make one before you use it. Where a webhook goes is said
        with each run, and what was sent of it is on the page of the run.
      </Note>
    </Section>
  );
}

function Waiting() {
  return (
    <div class="settings-cards">
      <Skeleton lines={1} height={300} />
      <Skeleton lines={1} height={300} />
    </div>
  );
}
