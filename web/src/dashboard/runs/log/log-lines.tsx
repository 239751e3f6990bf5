import type { LogRecord } from "nen-client";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { Button } from "../../components/button";
import { formatCount, formatDateTime } from "../../components/format";

/** Lines that are drawn at first, and more at each wish: a log may have a hundred thousand. */
const DRAWN = 1000;
/** Within so many pixels of its end, it follows what comes. */
const NEAR = 40;

const NAMES: Record<string, string> = { stdout: "Output", stderr: "Error", system: "Nen" };

/** The lines, the newest at the bottom, which is kept in sight until somebody scrolls up. */
export function LogLines({ lines, words, isLive }: { lines: readonly LogRecord[]; words: string; isLive: boolean }) {
  const box = useRef<HTMLDivElement>(null);
  const [drawn, setDrawn] = useState(DRAWN);
  const [follows, setFollows] = useState(isLive);
  const earlier = Math.max(0, lines.length - drawn);

  const toEnd = (): void => {
    const element = box.current;
    if (element) element.scrollTop = element.scrollHeight;
  };
  useLayoutEffect(() => {
    if (isLive && follows) toEnd();
  }, [lines, follows, isLive]);

  return (
    <div class="log-frame">
      <div
        class="log-lines"
        ref={box}
        role="log"
        aria-live="off"
        aria-label="Log"
        tabIndex={0}
        onScroll={({ currentTarget: element }) => setFollows(element.scrollHeight - element.scrollTop - element.clientHeight < NEAR)}
      >
        {earlier > 0 && (
          <div class="log-earlier">
            <Button small onClick={() => setDrawn(drawn + DRAWN)}>
              Show {formatCount(Math.min(DRAWN, earlier))} earlier lines of {formatCount(earlier)}
            </Button>
          </div>
        )}
        {lines.slice(earlier).map((line) => (
          <Line key={line.seq} line={line} words={words} />
        ))}
      </div>
      {isLive && !follows && (
        <Button
          class="log-newest"
          small
          kind="primary"
          icon="arrowDown"
          onClick={() => {
            setFollows(true);
            toEnd();
          }}
        >
          Newest
        </Button>
      )}
    </div>
  );
}

function Line({ line: { at, stream, text }, words }: { line: LogRecord; words: string }) {
  return (
    <div class={`log-line ${stream}`}>
      <time dateTime={new Date(at * 1000).toISOString()} title={`${formatDateTime(at)}, ${NAMES[stream] ?? stream}`}>
        {clock(at)}
      </time>
      <span class="unseen">{NAMES[stream] ?? stream}: </span>
      <span class="log-words">{words ? <Marked text={text} words={words} /> : text}</span>
    </div>
  );
}

function Marked({ text, words }: { text: string; words: string }) {
  const parts: { text: string; isHit: boolean }[] = [];
  const [lower, wanted] = [text.toLowerCase(), words.toLowerCase()];
  let from = 0;
  // Lower case may be longer than what it came from: then places would not fit.
  for (let at = lower.length === text.length ? lower.indexOf(wanted) : -1; at >= 0; at = lower.indexOf(wanted, from)) {
    parts.push({ text: text.slice(from, at), isHit: false }, { text: text.slice(at, at + wanted.length), isHit: true });
    from = at + wanted.length;
  }
  parts.push({ text: text.slice(from), isHit: false });
  return <>{parts.map((part, index) => (part.isHit ? <mark key={index}>{part.text}</mark> : part.text))}</>;
}

/** `17:43:57.487`, in the person's own time zone. */
function clock(at: number): string {
  const date = new Date(at * 1000);
  const two = (number: number): string => String(number).padStart(2, "0");
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${String(date.getMilliseconds()).padStart(3, "0")}`;
}
