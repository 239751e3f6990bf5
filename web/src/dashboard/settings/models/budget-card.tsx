import { useState } from "preact/hooks";
import type { Budget } from "nen-client";
import { Ago } from "../../components/ago";
import { ask } from "../../components/ask";
import { Badge } from "../../components/badge";
import { Button } from "../../components/button";
import { now } from "../../components/clock";
import { formatCost } from "../../components/format";
import { Note } from "../../components/notice";
import { toast } from "../../components/toast";
import { nen } from "../../server/client";
import { useTask } from "../../server/task";
import { Meter, toneOf } from "../meter";
import { BudgetDialog } from "./budget-dialog";
import { expectedOf, monthOf, nextStartOf } from "./budget-period";
import "./models.css";

/** What models have cost this month, what they may cost, and both changed. */
export function BudgetCard({ budget, onChange }: { budget: Budget; onChange(budget: Budget): void }) {
  const [isChanging, setChanging] = useState(false);
  const most = budget.maxCostUsd;
  const removing = useTask(async () => {
    const isSure = await ask({
      title: "Remove the budget?",
      text: "Then models may cost any amount. Budgets of single runs hold as before.",
      confirm: "Remove budget",
      danger: true,
    });
    if (!isSure) return;
    onChange(await nen.settings.setBudget(null));
    toast("The budget is removed.");
  });
  return (
    <div class="card padded stack">
      <div class="row wrap apart top">
        <div>
          <h3 class="muted budget-month">{monthOf(budget)}</h3>
          <p class="row wrap">
            <span class="settings-figure">{formatCost(budget.spentUsd)}</span>
            <span class="muted">{most === null ? "spent; there is no limit" : `spent of ${formatCost(most)}`}</span>
            {most !== null && <Left spent={budget.spentUsd} most={most} />}
          </p>
        </div>
        <div class="row wrap">
          {most !== null && (
            <Button kind="quiet" busy={removing.busy} onClick={() => void removing.run()}>
              Remove
            </Button>
          )}
          <Button icon={most === null ? "plus" : "pencil"} onClick={() => setChanging(true)}>
            {most === null ? "Set a budget" : "Change"}
          </Button>
        </div>
      </div>
      {most !== null && (
        <Meter
          label="Spent of this month’s budget"
          used={budget.spentUsd}
          most={most}
          spoken={`${formatCost(budget.spentUsd)} of ${formatCost(most)}`}
          tone={toneOf(budget.spentUsd, most)}
        />
      )}
      <Outlook budget={budget} />
      {isChanging && (
        <BudgetDialog
          budget={budget}
          onClose={() => setChanging(false)}
          onSet={(changed) => {
            setChanging(false);
            onChange(changed);
            toast("The budget is set.");
          }}
        />
      )}
    </div>
  );
}

function Left({ spent, most }: { spent: number; most: number }) {
  if (spent >= most) return <Badge tone="bad">Used up</Badge>;
  return <Badge tone={toneOf(spent, most) === "warn" ? "warn" : "good"}>{formatCost(most - spent)} left</Badge>;
}

/** How the month goes on. */
function Outlook({ budget }: { budget: Budget }) {
  const most = budget.maxCostUsd;
  const expected = expectedOf(budget, now.value);
  return (
    <div class="stack tight">
      <p class="muted small">
        Counting begins anew on {nextStartOf(budget)} (<Ago at={budget.periodEnd} />), by UTC.
        {expected !== null && ` If the month goes on as so far, it comes to about ${formatCost(Math.round(expected * 100) / 100)}.`}
      </p>
      {most !== null && budget.spentUsd >= most && (
        <Note icon="alert" tone="warn">
          No model is asked any more until then: agents stop with an error. Raise the budget to let them go on.
        </Note>
      )}
      {most !== null && budget.spentUsd < most && expected !== null && expected > most && (
        <Note icon="alert" tone="warn">At this rate the budget is used up before the month is over. Then no model is asked until it begins anew.</Note>
      )}
    </div>
  );
}
