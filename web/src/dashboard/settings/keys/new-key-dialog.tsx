import type { NewKey, Scope } from "nen-client";
import { Button } from "../../components/button";
import { Dialog } from "../../components/dialog";
import { CodeLines } from "../code-lines";
import { SecretDialog } from "../secret-dialog";

/** Shows a key that was just made, and how it is used. */
export function NewKeyDialog({ made, onClose }: { made: NewKey; onClose(): void }) {
  if (!made.secret) return <LostSecret made={made} onClose={onClose} />;
  return (
    <SecretDialog title={`Your key “${made.name}”`} label="The key" secret={made.secret} onClose={onClose}>
      <CodeLines title="In the shell" text={shellLines(made.secret, made.scopes)} />
      <CodeLines title="In Python, with these two variables set" text={pythonLines(made.scopes)}>
        The clients for Python, JavaScript and Go and the command line read both variables by themselves, so the key need not
        stand in a program.
      </CodeLines>
    </SecretDialog>
  );
}

/** The answer with the secret got lost on its way, and the repeated one has none. */
function LostSecret({ made, onClose }: { made: NewKey; onClose(): void }) {
  return (
    <Dialog
      title="The key got lost on its way"
      onClose={onClose}
      footer={
        <Button kind="primary" onClick={onClose} data-autofocus>
          Close
        </Button>
      }
    >
      <p>
        The connection broke off while “{made.name}” was made. It exists, but its secret was in the answer that did not arrive, and
        nobody can show it again. Revoke it and make another.
      </p>
    </Dialog>
  );
}

function shellLines(secret: string, scopes: readonly Scope[]): string {
  return `export NEN_API_URL=${location.origin}
export NEN_API_KEY=${secret}

curl "$NEN_API_URL/${seesDesktops(scopes) ? "desktops" : "runs"}" -H "Authorization: Bearer $NEN_API_KEY"`;
}

function pythonLines(scopes: readonly Scope[]): string {
  return `# pip install nen-client
from nen_client import Nen

with Nen() as client:
    print(client.${seesDesktops(scopes) ? "list_desktops" : "list_runs"}())`;
}

const seesDesktops = (scopes: readonly Scope[]): boolean => scopes.some((scope) => scope === "admin" || scope.startsWith("desktops:"));
