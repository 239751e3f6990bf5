import type { Budget, Models } from "nen-client";
import { Loaded, Skeleton } from "../../components/loading";
import { Note, ScopeNote } from "../../components/notice";
import { Section } from "../../components/page";
import { nen } from "../../server/client";
import { type Loaded as Answer, useLoad } from "../../server/load";
import { may } from "../../server/scopes";
import { BudgetCard } from "./budget-card";
import { DefaultModel } from "./default-model";
import { OwnServers } from "./own-servers";
import { ProviderCard } from "./provider-card";
import "./models.css";

/** Which models can be asked, and what that may cost. */
export function ModelsSection() {
  const models = useLoad((signal) => nen.models({ signal }), []);
  return (
    <>
      <Section title="Budget" lead="What models may cost in a calendar month, over all runs and agents of the workspace.">
        {may("admin") ? <MonthBudget /> : <ScopeNote scope="admin" />}
      </Section>
      <Loaded answer={models} skeleton={<Skeleton lines={3} height={120} />}>
        {(known) => <Known models={known} />}
      </Loaded>
    </>
  );
}

function MonthBudget() {
  const answer: Answer<Budget | null> = useLoad(async (signal) => (await nen.settings.get({ signal })).budget ?? null, []);
  return (
    <Loaded answer={answer} skeleton={<Skeleton lines={1} height={120} />}>
      {(budget) => (budget ? <BudgetCard budget={budget} onChange={answer.set} /> : <Note>This server knows no budgets; a newer one does.</Note>)}
    </Loaded>
  );
}

function Known({ models }: { models: Models }) {
  return (
    <>
      <Section title="Default model">
        <DefaultModel models={models} />
      </Section>
      <Section title="Providers" lead="Their keys stay in the server’s environment and are read when it starts; nobody can read them here.">
        <div class="settings-cards level providers">
          {models.providers.map((provider) => (
            <ProviderCard key={provider.name} provider={provider} />
          ))}
        </div>
      </Section>
      <Section title="Servers of your own">
        <OwnServers aliases={models.aliases} />
        {models.aliases.length > 0 && (
          <Note>
            Their prices are known only where <code class="settings-inline-code">NEN_MODEL_PRICES</code> gives them. Without one their use
            costs nothing that is counted, and with a budget they are refused.
          </Note>
        )}
      </Section>
    </>
  );
}
