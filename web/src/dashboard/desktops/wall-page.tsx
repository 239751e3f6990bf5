import type { Desktop } from "nen-client";
import { useEffect, useState } from "preact/hooks";
import { Button } from "../components/button";
import { Choice, SearchField, SelectField } from "../components/fields";
import { Skeleton } from "../components/loading";
import { Allowed, Empty, ErrorNotice, ScopeNote } from "../components/notice";
import { Page } from "../components/page";
import { href, place, setQuery } from "../router";
import { may } from "../server/scopes";
import { CreateDialog } from "./create-dialog";
import { DeletedPage } from "./deleted-page";
import { FirstSteps } from "./first-steps";
import { desktops, desktopsError, refreshDesktops } from "./store";
import { WallCard } from "./wall-card";
import { filterOf, fits, isFiltering, labelsOf, type WallFilter } from "./wall-filter";
import "./wall.css";

/** Events say what changes; this finds what they did not, as of a server that was started again. */
const AGAIN_MS = 60_000;

/** All desktops, live. */
export default function WallPage() {
  const [isCreating, setCreating] = useState(false);
  useEffect(() => {
    if (!may("desktops:read")) return;
    void refreshDesktops();
    const timer = setInterval(() => document.visibilityState === "visible" && void refreshDesktops(), AGAIN_MS);
    return () => clearInterval(timer);
  }, []);
  const mayCreate = may("desktops:write");
  const create = (): void => setCreating(true);
  const all = desktops.value;
  if (place.value.query.get("status") === "deleted") return <DeletedPage />;
  return (
    <Page
      title="Desktops"
      width="full"
      actions={
        mayCreate &&
        Boolean(all?.length) && (
          <Button kind="primary" icon="plus" onClick={create}>
            New desktop
          </Button>
        )
      }
    >
      <Allowed scope="desktops:read">
        <ScopeNote scope="desktops:write" />
        {desktopsError.value !== undefined && <ErrorNotice error={desktopsError.value} again={() => void refreshDesktops()} />}
        {all === undefined && desktopsError.value === undefined && <WallSkeleton />}
        {all?.length === 0 && <FirstSteps create={mayCreate ? create : null} />}
        {all !== undefined && all.length > 0 && <Wall all={all} />}
        {all !== undefined && (
          <p class="wall-deleted small">
            <a class="muted" href={href("/desktops", { status: "deleted" })}>
              Desktops deleted in the last 24 hours
            </a>
          </p>
        )}
      </Allowed>
      {isCreating && <CreateDialog onClose={() => setCreating(false)} />}
    </Page>
  );
}

function Wall({ all }: { all: readonly Desktop[] }) {
  const filter = filterOf(place.value.query);
  const found = all.filter((desktop) => fits(desktop, filter));
  return (
    <>
      {(all.length > 3 || isFiltering(filter)) && <Filter all={all} filter={filter} />}
      <p class="unseen" role="status">
        {found.length} of {all.length} desktops
      </p>
      {found.length === 0 ? (
        <Empty icon="search" title="No desktop like that" action={<Button onClick={() => setQuery({ search: null, status: null, label: null })}>Show all</Button>}>
          None of the {all.length} desktops fits what you look for.
        </Empty>
      ) : (
        <div class="wall">
          {found.map((desktop) => (
            <WallCard key={desktop.desktopId} desktop={desktop} />
          ))}
        </div>
      )}
    </>
  );
}

function Filter({ all, filter }: { all: readonly Desktop[]; filter: WallFilter }) {
  const count = (status: string): number => all.filter((desktop) => desktop.status === status).length;
  const states = [
    { value: "", label: `All ${all.length}` },
    { value: "running", label: `Running ${count("running")}` },
    { value: "paused", label: `Paused ${count("paused")}` },
    { value: "error", label: `Failed ${count("error")}` },
  ].filter(({ value, label }) => value === "" || value === filter.status || !label.endsWith(" 0"));
  const labels = [...new Set(all.flatMap(labelsOf))].sort();
  return (
    <div class="row wrap wall-filter" role="search">
      <SearchField label="Search by name or label" value={filter.search} onChange={(search) => setQuery({ search })} />
      <Choice label="State" quiet value={filter.status} options={states} onChange={(status) => setQuery({ status })} />
      {labels.length > 0 && (
        <div class="wall-label">
          <SelectField
            label="Label"
            quiet
            value={filter.label}
            options={[{ value: "", label: "Any label" }, ...labels.map((label) => ({ value: label, label }))]}
            onChange={(label) => setQuery({ label })}
          />
        </div>
      )}
    </div>
  );
}

function WallSkeleton() {
  return (
    <div class="wall" role="status" aria-label="Loading">
      {[1, 2, 3].map((card) => (
        <div class="wall-card" key={card}>
          <div class="wall-about">
            <Skeleton lines={1} height={170} />
            <Skeleton lines={2} />
          </div>
        </div>
      ))}
    </div>
  );
}
