import { useEffect, useState } from "preact/hooks";
import { Spinner } from "./components/loading";
import { Empty, ErrorNotice } from "./components/notice";
import { LinkButton } from "./components/button";
import { ToastHost } from "./components/toast";
import { HOME, type Page, routes } from "./routes";
import { href, match, place, replace } from "./router";
import { identity, recognise, unreachable } from "./server/identity";
import { Shell } from "./shell/shell";
import { LinkPage } from "./sign-in/link-page";
import { SignInPage } from "./sign-in/sign-in-page";

/** The whole dashboard. Whoever is not signed in gets the sign-in in place of the page, and then the page that was asked for. */
export function App({ code }: { code: string | null }) {
  return (
    <>
      <Content code={code} />
      <ToastHost />
    </>
  );
}

function Content({ code }: { code: string | null }) {
  const { path } = place.value;
  const who = identity.value;
  if (unreachable.value !== undefined) {
    return (
      <main class="page">
        <ErrorNotice error={unreachable.value} again={() => void recognise()} />
      </main>
    );
  }
  if (who === undefined) return <Spinner />;
  if (code && path === "/sign-in") return <LinkPage code={code} />;
  if (who === null) return <SignInPage />;
  if (path === "/" || path === "/sign-in") return <Elsewhere />;
  return (
    <Shell>
      <Routed key={who.keyId} path={path} />
    </Shell>
  );
}

function Elsewhere() {
  useEffect(() => replace(HOME), []);
  return null;
}

/** The page of a path, loaded when it is first wanted. */
function Routed({ path }: { path: string }) {
  const [page, setPage] = useState<{ pattern: string; Page: Page } | null>(null);
  const [error, setError] = useState<unknown>(undefined);
  const found = routes.map((route) => ({ route, params: match(route.pattern, path) })).find(({ params }) => params);
  const pattern = found?.route.pattern;
  const load = (): void => {
    setError(undefined);
    found?.route.load().then(
      (module) => setPage({ pattern: found.route.pattern, Page: module.default }),
      // Its file belongs to another version by now, or there is no network. A browser does not fetch it a second time.
      () => setError(new Error("This page could not be loaded: the server is away, or it was updated.")),
    );
  };
  useEffect(load, [pattern]);
  if (!found?.params) {
    return (
      <Empty icon="search" title="There is no such page" action={<LinkButton href={href(HOME)}>To the desktops</LinkButton>}>
        The address may be mistyped, or from another version.
      </Empty>
    );
  }
  if (error !== undefined) return <div class="page"><ErrorNotice error={error} again={() => location.reload()} /></div>;
  if (page?.pattern !== pattern || !page) return <Spinner />;
  return <page.Page key={JSON.stringify(found.params)} params={found.params} />;
}
