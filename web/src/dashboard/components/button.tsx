import type { ButtonHTMLAttributes, ComponentChildren } from "preact";
import "./button.css";
import { Icon, type IconName } from "./icon";

interface Look {
  /** `plain` has an edge, `quiet` none; one `primary` at most in each place. */
  kind?: "primary" | "plain" | "quiet" | "danger" | undefined;
  icon?: IconName | undefined;
  /** Lower, for use inside rows. */
  small?: boolean | undefined;
}

type ButtonProps = Look &
  Omit<ButtonHTMLAttributes, "icon"> & {
    /** Something that was set off is under way. */
    busy?: boolean | undefined;
    children?: ComponentChildren;
  };

export function Button({ kind = "plain", icon, small, busy, children, class: more, disabled, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      class={`button ${kind} ${small ? "small" : ""} ${more ?? ""}`}
      disabled={disabled ?? false}
      aria-disabled={busy ? "true" : undefined}
      aria-busy={busy ? "true" : undefined}
      {...rest}
    >
      {busy ? <span class="spinner" aria-hidden="true" /> : icon && <Icon name={icon} />}
      {children !== undefined && <span>{children}</span>}
    </button>
  );
}

/** A button that is only a drawing; `label` is its name and its tooltip. */
export function IconButton({ label, icon, ...rest }: Omit<ButtonProps, "children"> & { label: string; icon: IconName }) {
  return <Button kind="quiet" icon={icon} aria-label={label} title={label} {...rest} class={`only-icon ${rest.class ?? ""}`} />;
}

/** A link that looks like a button. */
export function LinkButton({
  kind = "plain",
  icon,
  small,
  children,
  ...rest
}: Look & { href: string; children: ComponentChildren; download?: string | boolean; target?: string; label?: string }) {
  const { label, ...link } = rest;
  return (
    <a class={`button ${kind} ${small ? "small" : ""}`} aria-label={label} {...link}>
      {icon && <Icon name={icon} />}
      <span>{children}</span>
    </a>
  );
}
