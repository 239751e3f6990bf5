import type { UsageDay } from "nen-client";
import { LinkButton } from "../../components/button";
import { Choice } from "../../components/fields";
import { Empty } from "../../components/notice";
import { Section } from "../../components/page";
import { href, setQuery } from "../../router";
import { InNumbers } from "./in-numbers";
import { LENGTHS, type Length, periodOf } from "./period";
import { UsageCharts } from "./usage-charts";

/** What was used by day, as charts or in numbers. */
export function OverTime({ all, length, isTable }: { all: readonly UsageDay[]; length: Length; isTable: boolean }) {
  const period = periodOf(all, length);
  const isNothing = Object.values(period.totals).every((total) => total === 0);
  return (
    <Section title="Over time" lead="By day. Days are those of UTC, and today is not over yet." actions={<Controls length={length} isTable={isTable} />}>
      {isTable ? <InNumbers period={period} /> : isNothing ? <Nothing length={length} /> : <UsageCharts period={period} />}
    </Section>
  );
}

function Controls({ length, isTable }: { length: Length; isTable: boolean }) {
  return (
    <>
      <Choice
        label="Time"
        quiet
        value={String(length)}
        options={LENGTHS.map((days) => ({ value: String(days), label: `${days} days` }))}
        onChange={(days) => setQuery({ days: days === "30" ? null : days })}
      />
      <Choice
        label="Shown as"
        quiet
        value={isTable ? "table" : "charts"}
        options={[
          { value: "charts", label: "Charts" },
          { value: "table", label: "Table" },
        ]}
        onChange={(view) => setQuery({ view: view === "table" ? view : null })}
      />
    </>
  );
}

function Nothing({ length }: { length: Length }) {
  return (
    <div class="card">
      <Empty icon="chart" title="Nothing was used in this time" action={<LinkButton href={href("/desktops")}>To the desktops</LinkButton>}>
        Hours of desktops, actions, runs and the cost of models of the last {length} days appear here, day by day.
      </Empty>
    </div>
  );
}
