import { useState } from "preact/hooks";
import { LinkButton } from "../components/button";
import { Dialog } from "../components/dialog";
import { SearchField } from "../components/fields";
import { Icon } from "../components/icon";
import { Loaded } from "../components/loading";
import { Empty } from "../components/notice";
import { href } from "../router";
import { nen } from "../server/client";
import { useLoad } from "../server/load";
import { startHref } from "./deeds";
import "./choose-workflow-dialog.css";

/** Which workflow is to be started. */
export function ChooseWorkflowDialog({ onClose }: { onClose(): void }) {
  const [words, setWords] = useState("");
  const answer = useLoad((signal) => nen.workflows.list({ signal }), []);
  return (
    <Dialog title="Start a run of" onClose={onClose}>
      <Loaded answer={answer}>
        {(workflows) => {
          if (workflows.length === 0) {
            return (
              <Empty icon="flow" title="No workflows yet" action={<LinkButton kind="primary" href={href("/workflows")}>Upload one</LinkButton>}>
                A workflow is a Python file that drives a desktop.
              </Empty>
            );
          }
          const found = workflows.filter(({ name }) => name.toLowerCase().includes(words.trim().toLowerCase()));
          return (
            <>
              {workflows.length > 6 && <SearchField label="Find a workflow" value={words} onChange={setWords} />}
              <ul class="choose-workflow plain">
                {found.map(({ workflowId, name, version }) => (
                  <li key={workflowId}>
                    <a href={startHref(workflowId)} onClick={onClose}>
                      <Icon name="flow" size={18} />
                      <span class="grow">{name}</span>
                      <span class="muted small">v{version}</span>
                      <Icon name="chevronRight" size={14} />
                    </a>
                  </li>
                ))}
              </ul>
              {found.length === 0 && <p class="muted">None is called so.</p>}
            </>
          );
        }}
      </Loaded>
    </Dialog>
  );
}
