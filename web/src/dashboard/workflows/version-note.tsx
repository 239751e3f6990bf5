import type { Workflow } from "nen-client";
import { Button } from "../components/button";
import { Note } from "../components/notice";
import { setQuery } from "../router";

/** Says so when what is shown is not what runs use now. */
export function VersionNote({ workflow, version }: { workflow: Workflow; version: number }) {
  if (version === workflow.version) return null;
  return (
    <div class="row wrap apart version-note">
      <Note icon="clock">
        This is version {version}. Runs use version {workflow.version} now.
      </Note>
      <Button small onClick={() => setQuery({ version: null })}>
        Show version {workflow.version}
      </Button>
    </div>
  );
}
