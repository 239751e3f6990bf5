import type { Run, Workflow } from "nen-client";
import { Loaded, Skeleton } from "../../components/loading";
import { Allowed } from "../../components/notice";
import { Page } from "../../components/page";
import { href, part, place } from "../../router";
import type { PageProps } from "../../routes";
import { nen } from "../../server/client";
import { useLoad } from "../../server/load";
import { StartForm } from "./start-form";
import "./start.css";

interface Start {
  workflow: Workflow;
  /** An earlier run that is to be repeated. */
  from: Run | null;
}

/** Starts a run of one workflow; `?from=` a run takes over what that was started with. */
export default function StartPage({ params }: PageProps) {
  const id = params["id"] ?? "";
  const from = place.value.query.get("from");
  const answer = useLoad<Start>(async (signal) => {
    const [workflow, run] = await Promise.all([nen.workflows.get(id, { signal }), from ? nen.runs.get(from, { signal }) : null]);
    return { workflow, from: run };
  }, [id, from], "workflows:write");
  const name = answer.data?.workflow.name;
  return (
    <Page
      title={name ? `Run ${name}` : "Start a run"}
      back={{ href: href(`/workflows/${part(id)}`), label: name ?? "Workflow" }}
      lead={answer.data && <>Version {answer.data.workflow.version}{answer.data.from && ", with what the earlier run was given"}</>}
    >
      <Allowed scope="workflows:write">
        <Loaded answer={answer} skeleton={<Skeleton lines={5} height={52} />} gone="There is no such workflow any more, or the run to be repeated is gone. A workflow that was deleted starts no runs.">
          {({ workflow, from: run }) => <StartForm key={`${workflow.workflowId} ${run?.messageId}`} workflow={workflow} from={run} />}
        </Loaded>
      </Allowed>
    </Page>
  );
}
