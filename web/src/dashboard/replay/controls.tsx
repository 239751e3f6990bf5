import { Button, IconButton } from "../components/button";
import { Choice } from "../components/fields";
import { formatClock } from "../components/format";
import type { Moments } from "./moments";
import { type Player, SPEEDS, type Speed } from "./player";
import type { Scene } from "./scenes";
import { Track } from "./track";

/** The time line and the buttons below it. */
export function Controls({ scenes, moments, player }: { scenes: readonly Scene[]; moments: Moments; player: Player }) {
  const { index, count, isPlaying, speed, setSpeed, show, toggle } = player;
  const first = scenes[0]?.step.at ?? 0;
  const last = scenes.at(-1)?.step;
  const elapsed = (scenes[index]?.step.at ?? first) - first;
  const all = last ? last.at - first + (last.durationMs ?? 0) / 1000 : 0;
  return (
    <div class="replay-controls" role="group" aria-label="Player">
      <Track scenes={scenes} moments={moments} player={player} />
      <div class="row wrap">
        <IconButton label="Step back" icon="chevronLeft" disabled={index === 0} onClick={() => show(index - 1)} />
        <Button kind="primary" icon={isPlaying ? "pause" : "play"} onClick={toggle} class="replay-play">
          {isPlaying ? "Pause" : "Play"}
        </Button>
        <IconButton label="Step forward" icon="chevronRight" disabled={index === count - 1} onClick={() => show(index + 1)} />
        <span class="muted replay-time">
          <span>
            {formatClock(elapsed)} / {formatClock(all)}
          </span>
          <span>
            Step {index + 1} of {count}
          </span>
        </span>
        <span class="end">
          <Choice
            label="Speed"
            quiet
            value={String(speed)}
            options={SPEEDS.map((one) => ({ value: String(one), label: `${one}×` }))}
            onChange={(chosen) => setSpeed(Number(chosen) as Speed)}
          />
        </span>
      </div>
    </div>
  );
}
