import { useEffect } from "preact/hooks";
import { Loaded, Skeleton } from "../../components/loading";
import { Allowed } from "../../components/notice";
import { Section } from "../../components/page";
import { place } from "../../router";
import { nen } from "../../server/client";
import { onEvent, onStreamBegin } from "../../server/events";
import { useLoad } from "../../server/load";
import { Limits } from "./limits";
import { ModelsAsked } from "./models-asked";
import { OverTime } from "./over-time";
import { DAYS_ASKED, lengthOf } from "./period";
import "./usage.css";

/** What the workspace uses and used. */
export function UsageSection() {
  return (
    <Allowed scope="admin">
      <Use />
    </Allowed>
  );
}

function Use() {
  const length = lengthOf(place.value.query.get("days"));
  const usage = useLoad((signal) => nen.usage({ days: DAYS_ASKED, signal }), []);
  useEffect(() => {
    const ends = [
      onEvent(({ kind }) => void (/^desktop\.(created|deleted)$/.test(kind) && usage.again())),
      onStreamBegin(() => void usage.again()),
    ];
    return () => ends.forEach((end) => end());
  }, []);
  return (
    <Loaded answer={usage} skeleton={<Waiting />}>
      {({ limits, days }) => (
        <>
          <Section title="At once" lead="What there is now, and how much there may be.">
            <Limits limits={limits} />
          </Section>
          <OverTime all={days} length={length} isTable={place.value.query.get("view") === "table"} />
          <ModelsAsked days={days} length={length} />
        </>
      )}
    </Loaded>
  );
}

function Waiting() {
  return (
    <>
      <div class="settings-cards">
        <Skeleton lines={1} height={96} />
        <Skeleton lines={1} height={96} />
      </div>
      <div class="usage-charts">
        <Skeleton lines={1} height={300} />
        <Skeleton lines={1} height={300} />
        <Skeleton lines={1} height={300} />
        <Skeleton lines={1} height={300} />
      </div>
    </>
  );
}
