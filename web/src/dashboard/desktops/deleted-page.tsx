import { useEffect } from "preact/hooks";
import { Ago } from "../components/ago";
import { Loaded } from "../components/loading";
import { Allowed, Empty } from "../components/notice";
import { Page } from "../components/page";
import { Table } from "../components/table";
import { href, part } from "../router";
import { nen } from "../server/client";
import { onEvent } from "../server/events";
import { useLoad } from "../server/load";
import { nameOf } from "./deeds";

/** Desktops that are gone and whose log and replay are still there. */
export function DeletedPage() {
  const deleted = useLoad((signal) => nen.listDesktops({ deleted: true, signal }), []);
  useEffect(() => onEvent(({ kind }) => kind === "desktop.deleted" && void deleted.again()), []);
  return (
    <Page title="Deleted desktops" back={{ href: href("/desktops"), label: "Desktops" }} lead="Their replay stays for 24 hours.">
      <Allowed scope="desktops:read">
        <Loaded answer={deleted}>
          {(list) =>
            list.length === 0 ? (
              <Empty icon="desktop" title="None in the last 24 hours">
                A desktop that is deleted is listed here for a day, so that what it did can be replayed.
              </Empty>
            ) : (
              <Table
                label="Deleted desktops"
                rows={[...list].sort((a, b) => b.updatedAt - a.updatedAt)}
                keyOf={({ desktopId }) => desktopId}
                hrefOf={({ desktopId }) => href(`/desktops/${part(desktopId)}/replay`)}
                columns={[
                  { label: "Name", width: "main", cell: (desktop) => nameOf(desktop) },
                  { label: "Id", width: "small", cell: ({ desktopId }) => <code>{desktopId}</code> },
                  { label: "Created", cell: ({ createdAt }) => <Ago at={createdAt} /> },
                  { label: "Deleted", cell: ({ updatedAt }) => <Ago at={updatedAt} /> },
                ]}
              />
            )
          }
        </Loaded>
      </Allowed>
    </Page>
  );
}
