import { TextField } from "../../components/fields";
import { Icon } from "../../components/icon";
import { Note } from "../../components/notice";
import { href } from "../../router";
import { may } from "../../server/scopes";
import type { Errors } from "./parameters/read-entries";

/** What the workflow types without ever seeing it, and what the request is signed with. */
export function SecretsFields(props: {
  names: readonly string[];
  values: Readonly<Record<string, string>>;
  signingSecret: string;
  errors: Errors;
  signingError: string | null;
  onChange(values: Record<string, string>): void;
  onSigningSecret(value: string): void;
}) {
  const { names, values, signingSecret, errors, signingError, onChange, onSigningSecret } = props;
  return (
    <section class="card" aria-label="Secrets">
      <header>
        <Icon name="lock" />
        <h2>Secrets</h2>
      </header>
      <div class="body stack">
        <p class="muted small">
          The server types them on the desktop. The workflow gets a reference only, and no log, step or result holds them. They are erased when the run ends.
        </p>
        {names.map((name) => (
          <TextField
            key={name}
            label={spoken(name)}
            type="password"
            autoComplete="new-password"
            spellcheck={false}
            value={values[name] ?? ""}
            error={errors[name]}
            onChange={(value) => onChange({ ...values, [name]: value })}
          />
        ))}
        <TextField
          label="Signing secret of the workspace"
          type="password"
          autoComplete="off"
          spellcheck={false}
          placeholder="nensig_…"
          value={signingSecret}
          error={signingError}
          hint={
            <>
              Requests with secrets are signed. This browser does it; the signing secret is neither sent nor kept.{" "}
              {may("admin") ? <a href={href("/settings/webhooks")}>Make one in the settings.</a> : "Whoever manages the server can give you one."}
            </>
          }
          onChange={onSigningSecret}
        />
        {!isSecureContext && (
          <Note icon="alert" tone="warn">
            Browsers sign on https pages and on localhost only. Open the dashboard at such an address, or start the run with <code>nen run start</code>.
          </Note>
        )}
      </div>
    </section>
  );
}

function spoken(name: string): string {
  const words = name.replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}
