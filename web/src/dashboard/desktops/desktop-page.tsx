import { type Desktop, NotFoundError } from "nen-client";
import { useEffect, useState } from "preact/hooks";
import { Ago } from "../components/ago";
import { Badge, Status } from "../components/badge";
import { LinkButton } from "../components/button";
import { Spinner } from "../components/loading";
import { Menu } from "../components/menu";
import { Allowed, Empty, ErrorNotice } from "../components/notice";
import { Page } from "../components/page";
import { Tabs } from "../components/tabs";
import { go, href, part, place, setQuery } from "../router";
import type { PageProps } from "../routes";
import { nen } from "../server/client";
import { onEvent, onStreamBegin } from "../server/events";
import { useLoad } from "../server/load";
import { ActPanel } from "./act-panel";
import { learn, learnControl } from "./activity";
import { ClipboardPanel } from "./clipboard-panel";
import { deedsOf, nameOf } from "./deeds";
import { DetailsPanel } from "./details-panel";
import { FilesPanel } from "./files-panel";
import { LiveView } from "./live-view";
import { type ActionLog, useActionLog } from "./log";
import { LogPanel } from "./log-panel";
import { RenameDialog } from "./rename-dialog";
import { desktopOf, put } from "./store";
import "./desktop.css";

const BACK = { href: href("/desktops"), label: "Desktops" };

/** One desktop: its screen, and beside it what is done on it and with it. */
export default function DesktopPage({ params }: PageProps) {
  const id = params["id"] ?? "";
  const first = useLoad(async (signal) => {
    const desktop = await nen.getDesktop(id, { signal });
    put(desktop);
    return desktop;
  }, [id], "desktops:read");
  const [wasThere, setWasThere] = useState(false);
  const known = desktopOf(id);
  useEffect(() => {
    if (known) setWasThere(true);
  }, [known]);

  const isGone = first.error instanceof NotFoundError || first.data?.status === "deleted" || (wasThere && !known);
  if (isGone) return <Gone id={id} name={first.data?.name || id} />;
  if (known) return <OneDesktop desktop={known} />;
  return (
    <Page title="Desktop" back={BACK}>
      <Allowed scope="desktops:read">{first.error === undefined ? <Spinner /> : <ErrorNotice error={first.error} again={() => void first.again()} />}</Allowed>
    </Page>
  );
}

/** Keeps up to date who is in control and who watches. */
function useControl(id: string): void {
  useEffect(() => {
    let timer = 0;
    const ask = (): void => {
      clearTimeout(timer);
      timer = window.setTimeout(() => void learnControl(id).catch(() => undefined), 200); // what fails is asked at the next event
    };
    ask();
    const ends = [onStreamBegin(ask), onEvent(({ desktopId, kind }) => desktopId === id && /^(viewer\.(dis)?connected|control\.)/.test(kind) && ask())];
    return () => {
      clearTimeout(timer);
      ends.forEach((end) => end());
    };
  }, [id]);
}

function OneDesktop({ desktop }: { desktop: Desktop }) {
  const [isRenaming, setRenaming] = useState(false);
  const log = useActionLog(desktop.desktopId);
  useEffect(() => void learn(desktop.desktopId), [desktop.desktopId]);
  useControl(desktop.desktopId);
  const lastPicture = log.entries.value?.findLast(({ screenshot }) => screenshot)?.screenshot ?? undefined;
  const name = nameOf(desktop);
  const deeds = deedsOf(desktop, () => setRenaming(true), () => go("/desktops")).filter(({ label }) => label !== "Replay");
  return (
    <Page
      title={name}
      back={BACK}
      width="full"
      heading={
        <>
          {name}
          <span class="desktop-status">
            <Status status={desktop.status} />
          </span>
        </>
      }
      actions={
        <>
          {Object.entries(desktop.metadata ?? {}).map(([label, value]) => (
            <Badge key={label} title={label}>{`${label}=${value}`}</Badge>
          ))}
          <LinkButton icon="replay" href={href(`/desktops/${part(desktop.desktopId)}/replay`)}>
            Replay
          </LinkButton>
          {deeds.length > 0 && <Menu label={`More for ${name}`} items={deeds} />}
        </>
      }
    >
      <div class="desktop-page">
        <div class="desktop-main">
          <LiveView desktop={desktop} lastPicture={lastPicture} />
          <DetailsPanel desktop={desktop} />
        </div>
        <Beside desktop={desktop} log={log} />
      </div>
      {isRenaming && <RenameDialog desktop={desktop} onClose={() => setRenaming(false)} />}
    </Page>
  );
}

const TABS = [
  { id: "log", label: "Log" },
  { id: "act", label: "Act" },
  { id: "files", label: "Files" },
  { id: "clipboard", label: "Clipboard" },
] as const;

function Beside({ desktop, log }: { desktop: Desktop; log: ActionLog }) {
  const asked = place.value.query.get("tab");
  const tab = TABS.find(({ id }) => id === asked)?.id ?? "log";
  return (
    <div class="desktop-beside card">
      <Tabs label="About this desktop" tabs={TABS} value={tab} onChange={(id) => setQuery({ tab: id === "log" ? null : id, folder: null })}>
        {tab === "log" && <LogPanel log={log} display={desktop.display} hint="Each action of an agent appears here as it happens, with a picture of the screen after it. Try one under “Act”." />}
        {tab === "act" && <ActPanel desktop={desktop} />}
        {tab === "files" && <FilesPanel desktop={desktop} />}
        {tab === "clipboard" && <ClipboardPanel desktop={desktop} />}
      </Tabs>
    </div>
  );
}

function Gone({ id, name }: { id: string; name: string }) {
  const known = useLoad((signal) => nen.getDesktop(id, { signal }), [id]);
  const deleted = known.data?.status === "deleted" ? known.data : null;
  const log = useLoad(async (signal) => (deleted ? nen.getToolLogs(id, { limit: 1, signal }) : []), [deleted?.desktopId]);
  const hasReplay = Boolean(log.data?.length);
  return (
    <Page title={name} back={BACK}>
      <Empty
        icon="desktop"
        title={deleted ? "This desktop is deleted" : "There is no such desktop"}
        action={
          <>
            {hasReplay && (
              <LinkButton kind="primary" icon="replay" href={href(`/desktops/${part(id)}/replay`)}>
                Replay what it did
              </LinkButton>
            )}
            <LinkButton href={href("/desktops")}>All desktops</LinkButton>
          </>
        }
      >
        {deleted ? (
          <>
            It ended <Ago at={deleted.updatedAt} />.{hasReplay && " What it did can be replayed for 24 hours."}
          </>
        ) : (
          <>
            Nothing in this workspace has the id <code>{id}</code>. It may be of another workspace, or deleted more than a day ago.
          </>
        )}
      </Empty>
    </Page>
  );
}
