import { useEffect, useState } from "preact/hooks";
import { Button } from "../components/button";
import { Code } from "../components/code";
import { TextField } from "../components/fields";
import { Note } from "../components/notice";
import { signIn, signedOutBecause } from "../server/identity";
import { sentence } from "../server/sentence";
import { useTask } from "../server/task";
import { Mark } from "../shell/mark";
import "./sign-in.css";

/** Takes an API key. It goes to the server, which answers with a cookie; the page keeps nothing of it. */
export function SignInPage({ problem, done }: { problem?: unknown; done?: (() => void) | undefined }) {
  const [key, setKey] = useState("");
  const [missing, setMissing] = useState(false);
  const task = useTask(async () => {
    await signIn({ key: key.trim() });
    done?.();
  }, { quiet: true });
  useEffect(() => {
    document.title = "Sign in · Nen";
  }, []);
  const error = task.error ?? problem;
  const submit = (event: Event): void => {
    event.preventDefault();
    setMissing(key.trim() === "");
    if (key.trim() !== "") void task.run();
  };
  return (
    <main class="sign-in">
      <form class="sign-in-card" onSubmit={submit} noValidate>
        <Mark size={44} />
        <div class="stack tight">
          <h1>Sign in to Nen</h1>
          <p class="muted">See what your agents are doing, take over, and replay what happened.</p>
        </div>
        {signedOutBecause.value && <Note>{signedOutBecause.value}</Note>}
        <TextField
          label="API key"
          type="password"
          name="key"
          placeholder="sk_nen_…"
          autoComplete="current-password"
          autoFocus
          spellcheck={false}
          value={key}
          onChange={(value) => {
            setKey(value);
            setMissing(false);
            task.clear();
          }}
          error={missing ? "Paste an API key first." : error !== undefined ? sentence(error) : null}
        />
        <Button kind="primary" type="submit" busy={task.busy}>
          Sign in
        </Button>
        <details class="sign-in-help">
          <summary>Where do I find a key?</summary>
          <div class="stack tight">
            <p>
              <code>nen serve</code> prints one when it starts for the first time, with a link that signs you in, and keeps it
              in its data directory:
            </p>
            <Code label="Command that shows the key" text="sudo cat /var/lib/nen/api-key" />
            <p>Whoever has a key with the scope “admin” can make more under Settings.</p>
          </div>
        </details>
      </form>
    </main>
  );
}
