import { NotFoundError, type Run } from "nen-client";
import type { ComponentChildren } from "preact";
import { describe } from "../actions/describe";
import { MarkedPicture } from "../actions/marked-picture";
import { markOf, pointersOf } from "../actions/pointer";
import { LinkButton } from "../components/button";
import { Icon } from "../components/icon";
import { useActionLog } from "../desktops/log";
import { href, part } from "../router";
import { may } from "../server/scopes";
import { sentence } from "../server/sentence";

/** The screen that a run works on, after each action, and the way to look closer. */
export function LivePicture({ run }: { run: Run }) {
  const { desktopId } = run;
  return (
    <section class="card run-live" aria-label="Its desktop, live">
      {!desktopId && <Unseen run={run} isBusy>{run.cancelRequested ? "It is being cancelled." : "It gets a desktop."}</Unseen>}
      {desktopId && may("desktops:read") && <Seen key={desktopId} id={desktopId} run={run} />}
      {desktopId && !may("desktops:read") && <Unseen run={run}>Pictures of desktops need a key with the scope desktops:read. The live view of this run is open to you all the same.</Unseen>}
    </section>
  );
}

/** The last picture that was taken, with what led to it. */
function Seen({ id, run }: { id: string; run: Run }) {
  const log = useActionLog(id);
  const entries = log.entries.value;
  const error = log.error.value;
  const at = entries?.findLastIndex(({ screenshot }) => screenshot) ?? -1;
  const entry = entries?.[at];
  if (!entries || !entry?.screenshot) {
    const words = error instanceof NotFoundError ? "Its desktop is gone already." : error === undefined ? "No picture was taken yet." : sentence(error);
    return (
      <Unseen run={run} isBusy={!entries && error === undefined}>
        {!entries && error === undefined ? "Looking at its desktop." : words}
      </Unseen>
    );
  }
  const { icon, text } = describe(entry);
  return (
    <>
      <a class="run-screen" href={href(`/desktops/${part(id)}`)} title="Watch it live">
        <MarkedPicture src={entry.screenshot} alt={`Screen after: ${text}`} display={null} mark={markOf(entry)} pointer={pointersOf(entries.slice(0, at + 1)).at(-1) ?? null} />
      </a>
      <Foot run={run}>
        <Icon name={icon} size={14} />
        <span class="clip">{text}</span>
      </Foot>
    </>
  );
}

function Unseen({ run, isBusy, children }: { run: Run; isBusy?: boolean; children: string }) {
  return (
    <>
      <div class="run-screen none muted">
        {isBusy ? <span class="spinner large" aria-hidden="true" /> : <Icon name="desktop" size={24} />}
        <p role="status">{children}</p>
      </div>
      <Foot run={run} />
    </>
  );
}

function Foot({ run, children }: { run: Run; children?: ComponentChildren }) {
  const { desktopId, liveViewUrl } = run;
  return (
    <footer>
      <span class="dotted info live">
        <span class="dot" aria-hidden="true" />
        {run.cancelRequested ? "Cleaning up" : "Live"}
      </span>
      <span class="run-last muted">{children}</span>
      {desktopId && may("desktops:read") ? (
        <LinkButton small kind="primary" icon="eye" href={href(`/desktops/${part(desktopId)}`)}>
          Watch live
        </LinkButton>
      ) : (
        liveViewUrl && (
          <LinkButton small kind="primary" icon="external" href={liveViewUrl} target="_blank">
            Watch live
          </LinkButton>
        )
      )}
    </footer>
  );
}
