import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { AskHost } from "../components/ask";
import { IconButton } from "../components/button";
import { Dialog } from "../components/dialog";
import { href, place } from "../router";
import { Account, StreamNotice } from "./account";
import { Mark } from "./mark";
import { Navigation } from "./navigation";
import "./shell.css";

/** Everything around a page. */
export function Shell({ children }: { children: ComponentChildren }) {
  const main = useRef<HTMLElement>(null);
  const [accountOpen, setAccountOpen] = useState(false);
  const { path } = place.value;
  useEffect(() => {
    main.current?.scrollTo(0, 0);
    scrollTo(0, 0);
    setAccountOpen(false);
  }, [path]);
  return (
    <div class="shell">
      <a
        class="skip"
        href="#main"
        onClick={(event) => {
          event.preventDefault(); // what stands after # is the address of the page
          main.current?.focus();
        }}
      >
        Skip to the page
      </a>
      <aside class="sidebar">
        <Brand />
        <Navigation />
        <Account />
      </aside>
      <header class="topbar">
        <Brand />
        <IconButton label="Account and theme" icon="user" onClick={() => setAccountOpen(true)} />
      </header>
      <main id="main" tabIndex={-1} ref={main}>
        <StreamNotice />
        {children}
      </main>
      <div class="bottombar">
        <Navigation />
      </div>
      {accountOpen && (
        <Dialog title="Account" onClose={() => setAccountOpen(false)}>
          <Account />
        </Dialog>
      )}
      <AskHost />
    </div>
  );
}

function Brand() {
  return (
    <a class="brand" href={href("/desktops")} aria-label="Nen, to the desktops">
      <Mark size={26} />
      Nen
    </a>
  );
}
