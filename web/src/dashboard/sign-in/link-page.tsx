import { useEffect, useState } from "preact/hooks";
import { Button } from "../components/button";
import { Spinner } from "../components/loading";
import { ErrorNotice } from "../components/notice";
import { HOME } from "../routes";
import { replace } from "../router";
import { identity, signIn } from "../server/identity";
import { Mark } from "../shell/mark";
import { SignInPage } from "./sign-in-page";
import "./sign-in.css";

/**
 * Signs in by the code of a link. The code has left the address before this is shown. Who is signed in already is asked
 * first: a link from somebody else would put them into another workspace unnoticed.
 */
export function LinkPage({ code }: { code: string }) {
  const [before] = useState(identity.peek());
  const [agreed, setAgreed] = useState(!before);
  const [problem, setProblem] = useState<unknown>(undefined);
  const toDesktops = (): void => replace(HOME);
  useEffect(() => {
    if (!agreed) return;
    signIn({ code }).then(toDesktops, setProblem);
  }, [agreed]);
  if (problem !== undefined && !before) return <SignInPage problem={problem} done={toDesktops} />;
  if (agreed && problem === undefined) return <main class="sign-in"><Spinner label="Signing in" /></main>;
  return (
    <main class="sign-in">
      <div class="sign-in-card">
        <Mark size={44} />
        <div class="stack tight">
          <h1>{problem === undefined ? "Use this link?" : "This link does not work"}</h1>
          {problem === undefined ? (
            <p class="muted">
              You are signed in as “{before?.name}” in {before?.workspaceId}. The link would sign you in as somebody else in
              its place. Go on only if you know who made it.
            </p>
          ) : (
            <ErrorNotice error={problem} />
          )}
        </div>
        {problem === undefined && (
          <Button kind="primary" onClick={() => setAgreed(true)}>
            Sign in with the link
          </Button>
        )}
        <Button onClick={toDesktops}>Stay signed in as “{before?.name ?? ""}”</Button>
      </div>
    </main>
  );
}
