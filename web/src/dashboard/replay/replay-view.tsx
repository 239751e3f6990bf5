import type { Replay } from "nen-client";
import { useEffect, useMemo } from "preact/hooks";
import { MarkedPicture } from "../actions/marked-picture";
import { Icon } from "../components/icon";
import { Empty } from "../components/notice";
import { place, setQuery } from "../router";
import { Controls } from "./controls";
import { momentsOf } from "./moments";
import { usePlayer, usePlayerKeys } from "./player";
import { usePreload } from "./preload";
import { type Scene, scenesOf } from "./scenes";
import { StepDetails } from "./step-details";
import { StepList } from "./step-list";
import { Summary } from "./summary";
import "./replay.css";

/** The address follows what is shown, but not each step of a replay that plays. */
const ADDRESS_MS = 250;

/** Plays what happened: the picture, the time line, the steps. */
export function ReplayView({ replay }: { replay: Replay }) {
  if (replay.steps.length === 0) {
    return (
      <Empty icon="replay" title="Nothing to replay yet">
        As soon as something is done, each step shows here with its picture.
      </Empty>
    );
  }
  return <Player replay={replay} />;
}

function Player({ replay }: { replay: Replay }) {
  const scenes = useMemo(() => scenesOf(replay), [replay]);
  const moments = useMemo(() => momentsOf(replay.steps), [replay]);
  const asked = Number(place.value.query.get("at") ?? 0);
  const askedIndex = Math.max(0, scenes.findLastIndex(({ step }) => step.number <= asked));
  const player = usePlayer(moments, askedIndex);
  const { index, isPlaying } = player;
  const scene = scenes[index];
  usePlayerKeys(player);
  usePreload(scenes, index);
  useEffect(() => {
    if (askedIndex !== index) player.show(askedIndex); // another moment of the same replay, as by a link that was pasted
  }, [asked]);
  useEffect(() => {
    if (isPlaying || !scene) return;
    const timer = setTimeout(() => setQuery({ at: index === 0 ? null : scene.step.number }), ADDRESS_MS);
    return () => clearTimeout(timer);
  }, [index, isPlaying]);
  if (!scene) return null;
  return (
    <div class="replay">
      <div class="replay-main">
        <div class="replay-player">
          <Stage scene={scene} replay={replay} />
          <Controls scenes={scenes} moments={moments} player={player} />
        </div>
        <StepDetails scene={scene} />
      </div>
      <div class="replay-steps card">
        <Summary replay={replay} />
        <StepList scenes={scenes} index={index} startedAt={scenes[0]?.step.at ?? replay.startedAt} onShow={player.show} />
      </div>
    </div>
  );
}

function Stage({ scene, replay }: { scene: Scene; replay: Replay }) {
  const { picture, mark, pointer, description, step, isQuestion, isOwnPicture } = scene;
  const failed = step.status === "error";
  return (
    <figure class="replay-stage">
      {picture ? (
        <MarkedPicture src={picture} alt={`Screen ${isOwnPicture ? "after" : "before"}: ${description.text}`} display={replay.display} mark={mark} pointer={pointer} />
      ) : (
        <div class="replay-blank muted" style={replay.display ? { aspectRatio: `${replay.display.width} / ${replay.display.height}` } : {}}>
          <Icon name="image" size={22} />
          No picture was taken up to here.
        </div>
      )}
      <figcaption class={failed ? "failed" : undefined}>
        <Icon name={failed ? "alert" : isQuestion ? "brain" : description.icon} />
        <span class="clip">{isQuestion ? (step.reasoning ?? description.text) : description.text}</span>
      </figcaption>
    </figure>
  );
}
