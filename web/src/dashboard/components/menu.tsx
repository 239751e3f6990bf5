import { useEffect, useId, useRef, useState } from "preact/hooks";
import { Button, IconButton } from "./button";
import { Icon, type IconName } from "./icon";
import "./menu.css";

export interface MenuItem {
  label: string;
  icon?: IconName | undefined;
  danger?: boolean | undefined;
  /** Why it cannot be chosen now. */
  disabled?: boolean | undefined;
  onSelect?: (() => void) | undefined;
  /** Leads somewhere instead. */
  href?: string | undefined;
  /** Name of the file that the link gives. */
  download?: string | undefined;
}

/** A button, mostly with three dots, that opens a list of things to do. Arrow keys, Home, End and Esc as in every menu. */
export function Menu(props: {
  label: string;
  items: readonly MenuItem[];
  small?: boolean | undefined;
  /** A word on the button in place of the dots. */
  word?: { text: string; icon: IconName } | undefined;
}) {
  const { label, items, small, word } = props;
  const [open, setOpen] = useState(false);
  const id = useId();
  const box = useRef<HTMLDivElement>(null);
  const list = useRef<HTMLDivElement>(null);

  useEffect(() => {
    if (!open) return;
    place(box.current, list.current);
    entries(list.current)[0]?.focus();
    const leave = (event: Event): void => {
      if (!(event.target instanceof Node) || !box.current?.contains(event.target)) setOpen(false);
    };
    const away = (): void => setOpen(false);
    document.addEventListener("pointerdown", leave);
    addEventListener("resize", away);
    addEventListener("scroll", away, true);
    return () => {
      document.removeEventListener("pointerdown", leave);
      removeEventListener("resize", away);
      removeEventListener("scroll", away, true);
    };
  }, [open]);

  const close = (): void => {
    setOpen(false);
    box.current?.querySelector("button")?.focus();
  };

  const onKeyDown = (event: KeyboardEvent): void => {
    const all = entries(list.current);
    const at = all.indexOf(document.activeElement as HTMLElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[event.key];
    if (to !== undefined) all.at(to % all.length)?.focus();
    else if (event.key === "Escape" || event.key === "Tab") close();
    else return;
    if (event.key !== "Tab") event.preventDefault();
    event.stopPropagation();
  };

  const button = {
    "aria-haspopup": "menu",
    "aria-expanded": open,
    "aria-controls": open ? id : undefined,
    onClick: () => setOpen(!open),
  } as const;
  return (
    <div class="menu" ref={box}>
      {word ? (
        <Button icon={word.icon} small={small} {...button}>
          {word.text}
        </Button>
      ) : (
        <IconButton label={label} icon="dots" small={small} {...button} />
      )}
      {open && (
        <div id={id} class="menu-list" role="menu" aria-label={label} ref={list} popover="manual" onKeyDown={onKeyDown}>
          {items.map((item) => (
            <Entry key={item.label} item={item} close={close} />
          ))}
        </div>
      )}
    </div>
  );
}

function Entry({ item, close }: { item: MenuItem; close(): void }) {
  const inside = (
    <>
      {item.icon && <Icon name={item.icon} />}
      {item.label}
    </>
  );
  const look = { role: "menuitem", tabIndex: -1, class: `menu-entry ${item.danger ? "danger" : ""}` } as const;
  if (item.href && !item.disabled) return <a {...look} href={item.href} download={item.download} onClick={close}>{inside}</a>;
  return (
    <button
      type="button"
      {...look}
      disabled={item.disabled ?? false}
      onClick={() => {
        close();
        item.onSelect?.();
      }}
    >
      {inside}
    </button>
  );
}

function entries(list: HTMLElement | null): HTMLElement[] {
  return [...(list?.querySelectorAll<HTMLElement>('[role="menuitem"]:not(:disabled)') ?? [])];
}

/** Below the button and inside the window. */
function place(box: HTMLElement | null, list: HTMLElement | null): void {
  if (!box || !list) return;
  list.showPopover();
  const button = box.getBoundingClientRect();
  const size = list.getBoundingClientRect();
  const below = button.bottom + 4;
  list.style.top = `${below + size.height > innerHeight - 8 ? Math.max(8, button.top - size.height - 4) : below}px`;
  list.style.left = `${Math.max(8, Math.min(button.right - size.width, innerWidth - size.width - 8))}px`;
}
