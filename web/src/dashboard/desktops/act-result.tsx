import type { ExecuteResult, Size } from "nen-client";
import { MarkedPicture } from "../actions/marked-picture";
import { type Mark, markOf } from "../actions/pointer";
import type { Described } from "../actions/describe";
import { Status } from "../components/badge";
import { Code } from "../components/code";

/** What an action answered. A click on its picture gives the place to the next one. */
export function ActResult(props: {
  result: ExecuteResult;
  url: string | null;
  display: Size;
  call: Described;
  onPick(x: number, y: number): void;
}) {
  const { result, url, display, call, onPick } = props;
  return (
    <section class="stack tight" aria-label="Result" aria-live="polite">
      <div class="row small">
        <Status status={result.status} />
        {typeof result.changed === "boolean" && <span class="muted">{result.changed ? "The screen changed." : "Nothing changed on the screen."}</span>}
      </div>
      {result.error && <p class="bad">{result.error}</p>}
      {result.output && <Code label="Output" text={result.output} wrap />}
      {url && call.action !== "zoom" && (
        <PickPicture src={url} alt="Screen after the action" display={display} mark={markOf({ ...call, coordinate: result.coordinate })} onPick={onPick} />
      )}
      {url && call.action === "zoom" && <img class="act-zoom" src={url} alt="The region, close" />}
    </section>
  );
}

/** A picture of the screen; a click on it gives a place to the form. */
export function PickPicture(props: { src: string; alt: string; display: Size; mark?: Mark | null; onPick(x: number, y: number): void }) {
  const { src, alt, display, mark, onPick } = props;
  const pick = (event: MouseEvent & { currentTarget: HTMLElement }): void => {
    const box = event.currentTarget.getBoundingClientRect();
    const x = Math.floor(((event.clientX - box.left) / box.width) * display.width);
    const y = Math.floor(((event.clientY - box.top) / box.height) * display.height);
    onPick(Math.min(Math.max(x, 0), display.width - 1), Math.min(Math.max(y, 0), display.height - 1));
  };
  return (
    <>
      <div class="act-picture" onClick={pick}>
        <MarkedPicture src={src} alt={alt} display={display} mark={mark} />
      </div>
      <p class="small muted">Click on the picture to put a place into the form.</p>
    </>
  );
}
