import type { Desktop } from "nen-client";
import { useEffect, useRef, useState } from "preact/hooks";
import { Button } from "../components/button";
import { Icon } from "../components/icon";
import { ScopeNote } from "../components/notice";
import { toast } from "../components/toast";
import { nen } from "../server/client";
import { may } from "../server/scopes";
import { sentence } from "../server/sentence";
import { useTask } from "../server/task";
import { activityOf } from "./activity";
import { ControlBar, type Mode } from "./control-bar";
import { nameOf, resume } from "./deeds";
import { thumbnailOf } from "./thumbnails";
import { useViewFrame } from "./view-frame";

/** The screen of a desktop, live, and the bar over it. A paused one is not woken by looking at its page. */
export function LiveView({ desktop, lastPicture }: { desktop: Desktop; lastPicture: string | undefined }) {
  if (desktop.status !== "running") return <Resting desktop={desktop} lastPicture={lastPicture} />;
  return <Running key={desktop.desktopId} desktop={desktop} />;
}

function Running({ desktop }: { desktop: Desktop }) {
  const { desktopId: id, display } = desktop;
  const [mode, setMode] = useState<Mode>("watch");
  const stage = useRef<HTMLDivElement>(null);
  const view = useViewFrame(id, (error) => {
    toast(error, "bad");
    setMode("watch");
  });
  const { isHeld, heldBy, viewers } = activityOf(id);

  const isWatching = mode === "watch";
  useEffect(() => {
    if (view.phase !== "connected") return;
    view.send({ type: "watch", watch: isWatching });
    if (!isWatching) view.send({ type: "focus" });
  }, [view.phase, isWatching]);

  const take = (): void => {
    setMode("interact");
    view.send({ type: "watch", watch: false });
    view.send({ type: "take_control" });
    view.send({ type: "focus" });
  };
  // Not through the frame: what somebody else holds, and what is held while the frame is away, can be handed back, too.
  const handBack = useTask(async () => {
    await nen.request("DELETE", `/desktops/${encodeURIComponent(id)}/view/takeover`);
    isHeld.value = false;
    setMode("watch");
  });

  return (
    <div class="live-view" ref={stage}>
      <ControlBar
        view={view}
        mode={mode}
        isHeld={isHeld.value ?? false}
        heldBy={heldBy.value}
        viewers={viewers.value.length}
        onMode={(chosen) => (isHeld.peek() && view.control === "you" && chosen === "watch" ? void handBack.run() : setMode(chosen))}
        onTake={take}
        onReturn={() => void handBack.run()}
        onFullscreen={() => void stage.current?.requestFullscreen().catch(() => toast("The browser does not allow full screen here.", "bad"))}
      />
      <div class={`live-screen ${mode} ${view.phase}`} style={{ "--shape": `${display.width} / ${display.height}` }}>
        <iframe
          ref={view.frame}
          src={view.src}
          title={`Screen of ${nameOf(desktop)}`}
          allow="clipboard-read; clipboard-write; fullscreen"
        />
      </div>
    </div>
  );
}

const RESTING: Record<string, { title: string; text: string; deed?: string }> = {
  paused: {
    title: "Paused",
    text: "It stands still where it is, keeps its memory and uses no processor. The agent’s next action wakes it, too.",
    deed: "Resume",
  },
  error: { title: "It has failed", text: "", deed: "Start again" },
  creating: { title: "It is being made", text: "This takes a few seconds." },
};

function Resting({ desktop, lastPicture }: { desktop: Desktop; lastPicture: string | undefined }) {
  const { desktopId, status, display, error } = desktop;
  const waking = useTask(() => resume(desktop));
  const picture = thumbnailOf(desktopId).value?.url ?? lastPicture;
  const { title, text, deed } = RESTING[status] ?? { title: status, text: "" };
  return (
    <div class="live-view">
      <div class="live-screen resting" style={{ "--shape": `${display.width} / ${display.height}` }}>
        {picture && <img src={picture} alt={`Last picture of ${nameOf(desktop)}`} />}
        <div class="live-notice" role="status">
          <Icon name={status === "error" ? "alert" : status === "paused" ? "pause" : "clock"} size={24} />
          <h2>{title}</h2>
          <p class="muted">{status === "error" && error ? sentence(new Error(error)) : text}</p>
          {deed &&
            (may("desktops:write") ? (
              <Button kind="primary" icon={status === "error" ? "refresh" : "play"} busy={waking.busy} onClick={() => void waking.run()}>
                {deed}
              </Button>
            ) : (
              <ScopeNote scope="desktops:write" />
            ))}
        </div>
      </div>
    </div>
  );
}
