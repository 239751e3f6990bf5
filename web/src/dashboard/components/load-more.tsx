import { Button } from "./button";

/** Asks for the next part of a list; nothing when there is no more. */
export function LoadMore({ more, busy, onMore, label = "Load more" }: { more: boolean; busy: boolean; onMore(): void; label?: string }) {
  if (!more) return null;
  return (
    <div class="load-more">
      <Button busy={busy} onClick={onMore}>
        {label}
      </Button>
    </div>
  );
}
