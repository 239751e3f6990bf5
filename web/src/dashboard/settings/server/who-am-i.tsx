import { Ago } from "../../components/ago";
import { Badge } from "../../components/badge";
import { Button } from "../../components/button";
import { Facts } from "../../components/facts";
import { formatDateTime } from "../../components/format";
import { identity, signOut } from "../../server/identity";
import { useTask } from "../../server/task";
import { powersOf } from "../keys/access";

/** By which key this browser is signed in, what that allows, and until when. */
export function WhoAmI() {
  const who = identity.value;
  const leaving = useTask(signOut);
  if (!who) return null;
  return (
    <section class="card" aria-label="Your sign-in">
      <header>
        <h2 class="grow">Your sign-in</h2>
        <Button small icon="signOut" busy={leaving.busy} onClick={() => void leaving.run()}>
          Sign out
        </Button>
      </header>
      <div class="body">
        <Facts
          items={[
            ["Key", <><span class="strong">{who.name}</span> <code class="muted small">{who.keyId}</code></>],
            ["Workspace", <code>{who.workspaceId}</code>],
            ["Scopes", <span class="row wrap who-scopes">{who.scopes.map((scope) => <Badge key={scope}>{scope}</Badge>)}</span>],
            ["It may", powersOf(who.scopes)],
            ["Signed in until", who.expiresAt ? <>{formatDateTime(who.expiresAt)} (<Ago at={who.expiresAt} />)</> : "Without an end"],
          ]}
        />
      </div>
    </section>
  );
}
