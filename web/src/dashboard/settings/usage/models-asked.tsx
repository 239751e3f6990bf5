import type { UsageDay } from "nen-client";
import { Loaded, Skeleton } from "../../components/loading";
import { Note } from "../../components/notice";
import { Section } from "../../components/page";
import { nen } from "../../server/client";
import { useLoad } from "../../server/load";
import { startOfDay } from "./day";
import { byModel } from "./model-use";
import { ModelUseTable } from "./model-use-table";
import { LENGTHS, type Length } from "./period";

/** Which models were asked in the days that are shown. All that can be shown is asked for once. */
export function ModelsAsked({ days, length }: { days: readonly UsageDay[]; length: Length }) {
  const earliest = days.at(-Math.max(...LENGTHS))?.day ?? "";
  const first = days.at(-length)?.day ?? "";
  const answer = useLoad((signal) => nen.settings.modelUse({ since: startOfDay(earliest), signal }), [earliest]);
  return (
    <Section title="Models" lead={`Which were asked in the last ${length} days, by runs and by agents over HTTP.`}>
      <Loaded answer={answer} skeleton={<Skeleton lines={2} height={46} />}>
        {(used) => {
          const uses = byModel(used.filter(({ day }) => day >= first));
          if (uses.length === 0) return <p class="card padded muted">No model was asked in the last {length} days.</p>;
          return (
            <>
              <ModelUseTable uses={uses} />
              {uses.some(({ cost, isPartly }) => cost === null || isPartly) && (
                <Note>Where the price of a model was not known, its questions cost nothing that is counted, neither here nor in the budget.</Note>
              )}
            </>
          );
        }}
      </Loaded>
    </Section>
  );
}
