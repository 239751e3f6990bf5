import { href, part } from "../router";
import type { PageProps } from "../routes";
import { nen } from "../server/client";
import { ReplayPage } from "./replay-page";

/** What a run did, question by question. */
export default function RunReplayPage({ params }: PageProps) {
  const id = params["id"] ?? "";
  return (
    <ReplayPage
      of={`/runs/${part(id)}`}
      id={id}
      scope="workflows:read"
      back={{ href: href(`/runs/${part(id)}`), label: "To the run" }}
      gone="There is no run with this id."
      load={(signal) => nen.runs.replay(id, { signal })}
    />
  );
}
