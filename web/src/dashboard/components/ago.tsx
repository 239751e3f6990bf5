import { now } from "./clock";
import { formatAgo, formatDateTime } from "./format";

/** How long ago something was, kept up to date, with the full time as a tooltip. */
export function Ago({ at }: { at: number }) {
  return (
    <time dateTime={new Date(at * 1000).toISOString()} title={formatDateTime(at)}>
      {formatAgo(at, now.value)}
    </time>
  );
}
