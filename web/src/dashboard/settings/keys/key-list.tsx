import { useState } from "preact/hooks";
import type { Key } from "nen-client";
import { Button } from "../../components/button";
import { now } from "../../components/clock";
import { SearchField } from "../../components/fields";
import { inOrder, isOver, means, stateOf } from "./key-state";
import { KeyTable } from "./key-table";

/** From this many keys on there is a field to search in them. */
const MANY = 8;
/** Keys that ended are kept for ever, and say little after a while: this many are shown at first. */
const ENDED_SHOWN = 4;

/** The keys, to look through. */
export function KeyList({ keys, onRevoke, busy }: { keys: readonly Key[]; onRevoke(key: Key): void; busy: string | null }) {
  const [search, setSearch] = useState("");
  const [isAll, setAll] = useState(false);
  const found = inOrder(keys, now.value).filter((key) => means(key, search));
  const working = found.filter((key) => !isOver(stateOf(key, now.value))).length;
  const shown = isAll || search ? found : found.slice(0, working + ENDED_SHOWN);
  const hidden = found.length - shown.length;
  return (
    <>
      {keys.length >= MANY && (
        <div class="row">
          <SearchField label="Search keys" value={search} onChange={setSearch} />
        </div>
      )}
      {shown.length > 0 ? (
        <KeyTable keys={shown} onRevoke={onRevoke} busy={busy} />
      ) : (
        <p class="card padded muted">No key has “{search}” in its name, prefix or scopes.</p>
      )}
      {hidden > 0 && (
        <div class="row">
          <Button small onClick={() => setAll(true)}>
            {hidden === 1 ? "Show 1 more that ended" : `Show ${hidden} more that ended`}
          </Button>
        </div>
      )}
    </>
  );
}
