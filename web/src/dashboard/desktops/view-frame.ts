import { useEffect, useRef, useState } from "preact/hooks";
import type { EmbedCommand, EmbedMessage } from "../../view/embed";
import { onEvent } from "../server/events";

/** Who moves the pointer, as the view says: `shared` is this person beside the agent, `you` took control here. */
export type Control = Extract<EmbedMessage, { type: "control" }>["control"];

/** How the view inside the frame is. */
export interface ViewFrame {
  frame: { current: HTMLIFrameElement | null };
  src: string;
  phase: "connecting" | "connected" | "lost" | "over";
  control: Control | null;
  send(command: Command): void;
}

type Command = EmbedCommand extends infer C ? (C extends EmbedCommand ? Omit<C, "source" | "version"> : never) : never;

/**
 * The live view of a desktop in a frame. It starts with watching only: nothing reaches the desktop before the person
 * chose so. It opens no stream of events, this page's own tells it when to look.
 */
export function useViewFrame(id: string, onRefused: (error: string) => void): ViewFrame {
  const frame = useRef<HTMLIFrameElement | null>(null);
  const [phase, setPhase] = useState<ViewFrame["phase"]>("connecting");
  const [control, setControl] = useState<Control | null>(null);
  const refused = useRef(onRefused);
  refused.current = onRefused;

  const send = (command: Command): void => {
    frame.current?.contentWindow?.postMessage({ source: "nen-embedder", version: 1, ...command }, location.origin);
  };

  useEffect(() => {
    const hear = ({ source, origin, data }: MessageEvent<EmbedMessage>): void => {
      if (source !== frame.current?.contentWindow || origin !== location.origin || data?.source !== "nen-view") return;
      if (data.type === "connected") setPhase("connected");
      if (data.type === "disconnected") setPhase(data.final ? "over" : "lost");
      if (data.type === "control") setControl(data.control);
      if (data.type === "control_refused") refused.current(data.error);
    };
    addEventListener("message", hear);
    const forget = onEvent(({ desktopId, kind }) => {
      if (desktopId === id && /^(control|desktop)\./.test(kind)) send({ type: "refresh" });
    });
    return () => {
      removeEventListener("message", hear);
      forget();
    };
  }, [id]);

  return { frame, src: `/view/${encodeURIComponent(id)}?embed=1&watch=1&events=0`, phase, control, send };
}
