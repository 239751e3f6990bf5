import type { ComponentChildren } from "preact";
import { NotFoundError, PermissionDeniedError } from "nen-client";
import { sentence } from "../server/sentence";
import { type Scope, may, whyNot } from "../server/scopes";
import { Button } from "./button";
import { Icon, type IconName } from "./icon";
import "./notice.css";

/** Where there is nothing yet: what would be here, and how to begin. */
export function Empty(props: { icon: IconName; title: string; children?: ComponentChildren; action?: ComponentChildren }) {
  return (
    <section class="empty">
      <span class="empty-icon">
        <Icon name={props.icon} size={26} />
      </span>
      <h2>{props.title}</h2>
      {props.children && <div class="muted prose">{props.children}</div>}
      {props.action && <div class="row wrap">{props.action}</div>}
    </section>
  );
}

/** What went wrong, in the server's words, and a button to try again. `gone` says what is missing where it is a 404. */
export function ErrorNotice({ error, again, gone }: { error: unknown; again?: (() => void) | undefined; gone?: ComponentChildren }) {
  if (error instanceof NotFoundError && gone) return <Empty icon="search" title="Not here">{gone}</Empty>;
  const denied = error instanceof PermissionDeniedError;
  return (
    <div class="error-notice" role="alert">
      <Icon name={denied ? "lock" : "alert"} size={18} />
      <p>{sentence(error)}</p>
      {again && !denied && (
        <Button small icon="refresh" onClick={again}>
          Try again
        </Button>
      )}
    </div>
  );
}

/** A quiet word beside what is shown. */
export function Note({ icon = "info", tone, children }: { icon?: IconName; tone?: "warn" | "info" | undefined; children: ComponentChildren }) {
  return (
    <p class={`note ${tone ?? ""}`}>
      <Icon name={icon} />
      <span>{children}</span>
    </p>
  );
}

/** Why something is not offered here; nothing where the key may do it. */
export function ScopeNote({ scope }: { scope: Scope }) {
  return may(scope) ? null : <Note icon="lock">{whyNot(scope)}</Note>;
}

/** What is shown only to those who may; others read why not. */
export function Allowed({ scope, children }: { scope: Scope; children: ComponentChildren }) {
  if (may(scope)) return <>{children}</>;
  return (
    <Empty icon="lock" title="Not with this key">
      {whyNot(scope)} Ask whoever manages the server for a key that has it.
    </Empty>
  );
}
