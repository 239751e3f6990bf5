import { useState } from "preact/hooks";
import type { Budget } from "nen-client";
import { Button } from "../../components/button";
import { Dialog } from "../../components/dialog";
import { NumberField } from "../../components/fields";
import { formatCost } from "../../components/format";
import { ErrorNotice, Note } from "../../components/notice";
import { nen } from "../../server/client";
import { useTask } from "../../server/task";

/** Asks what models may cost in a month. */
export function BudgetDialog({ budget, onClose, onSet }: { budget: Budget; onClose(): void; onSet(budget: Budget): void }) {
  const [text, setText] = useState(budget.maxCostUsd === null ? "" : String(budget.maxCostUsd));
  const [isAsked, setAsked] = useState(false);
  const amount = text.trim() === "" ? Number.NaN : Number(text);
  const isAmount = Number.isFinite(amount) && amount >= 0;
  const task = useTask(
    async () => {
      setAsked(true);
      if (isAmount) onSet(await nen.settings.setBudget(amount));
    },
    { quiet: true },
  );
  return (
    <Dialog
      title={budget.maxCostUsd === null ? "Set a budget" : "Change the budget"}
      onClose={onClose}
      onSubmit={() => void task.run()}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" type="submit" busy={task.busy}>
            Set budget
          </Button>
        </>
      }
    >
      {task.error !== undefined && <ErrorNotice error={task.error} />}
      <NumberField
        label="Models may cost in a month"
        unit="US$"
        inputMode="decimal"
        min={0}
        step="any"
        value={text}
        onChange={setText}
        error={isAsked && !isAmount ? "Give an amount of US dollars, 0 or more." : undefined}
        hint={`Spent this month: ${formatCost(budget.spentUsd)}.`}
      />
      {isAmount && amount <= budget.spentUsd && (
        <Note icon="alert" tone="warn">
          That much is spent already: from now on no model is asked this month.
        </Note>
      )}
      <Note>
        It is looked at before each question to a model, and questions under way are finished, so it can be passed by a little. With a
        budget, models whose price is not known are refused.
      </Note>
    </Dialog>
  );
}
