import { Badge, type Tone } from "../components/badge";
import { Button, IconButton } from "../components/button";
import { Choice } from "../components/fields";
import { Icon, type IconName } from "../components/icon";
import { may } from "../server/scopes";
import type { Control, ViewFrame } from "./view-frame";

export type Mode = "watch" | "interact";

const CONTROLS: Record<Control, { tone: Tone; icon: IconName; text: string; title: string }> = {
  agent: { tone: "neutral", icon: "brain", text: "Agent in control", title: "The agent drives this desktop; you are watching." },
  shared: { tone: "info", icon: "cursor", text: "Shared with the agent", title: "You and the agent can both act. Take over to make the agent wait." },
  person: { tone: "warn", icon: "hand", text: "A person in control", title: "Somebody holds this desktop; the agent waits." },
  you: { tone: "accent", icon: "hand", text: "You are in control", title: "The agent waits until you hand the desktop back." },
};

/** Watch, interact, take over, hand back; and who is in control. */
export function ControlBar(props: {
  view: ViewFrame;
  mode: Mode;
  /** A person holds the desktop, here or elsewhere. */
  isHeld: boolean;
  /** Who that is, as the log names them. */
  heldBy: string | null;
  /** How many see the screen now, this page among them. */
  viewers: number;
  onMode(mode: Mode): void;
  onTake(): void;
  onReturn(): void;
  onFullscreen(): void;
}) {
  const { view, mode, isHeld, heldBy, viewers, onMode, onTake, onReturn, onFullscreen } = props;
  const isUp = view.phase === "connected";
  const who: Control = isHeld ? (view.control === "you" ? "you" : "person") : mode === "interact" ? "shared" : "agent";
  const { tone, icon, text, title } = CONTROLS[who];
  return (
    <div class="control-bar" role="toolbar" aria-label="Control of the desktop">
      <span role="status" aria-label="Who is in control">
        <Badge tone={tone} icon={icon} title={title}>
          {who === "person" && heldBy && heldBy !== "human" ? `${heldBy} in control` : text}
        </Badge>
      </span>
      {viewers > 1 && (
        <span class="control-viewers small muted" title="How many see this screen now, you among them">
          <Icon name="eye" size={14} />
          {viewers} <span>watching</span>
        </span>
      )}
      <div class="row end">
        {may("desktops:write") && (
          <>
            <Choice
              label="What you do"
              quiet
              value={mode}
              options={[
                { value: "watch", label: "Watch", title: "Nothing of your mouse and keyboard reaches the desktop" },
                { value: "interact", label: "Interact", title: "Your mouse and keyboard work beside the agent’s" },
              ]}
              onChange={onMode}
            />
            {isHeld ? (
              <Button kind="primary" icon="send" onClick={onReturn}>
                Hand back
              </Button>
            ) : (
              <Button kind="primary" icon="hand" disabled={!isUp} onClick={onTake} title="The agent waits until you hand the desktop back">
                Take over
              </Button>
            )}
          </>
        )}
        {document.fullscreenEnabled && <IconButton label="Full screen" icon="fullscreen" disabled={!isUp} onClick={onFullscreen} />}
      </div>
    </div>
  );
}
