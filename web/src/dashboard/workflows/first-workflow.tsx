import { useState } from "preact/hooks";
import { Button } from "../components/button";
import { Code } from "../components/code";
import { Choice } from "../components/fields";
import { Icon } from "../components/icon";
import { ScopeNote } from "../components/notice";
import type { Bundle } from "./bundle";
import { PythonCode } from "./python-code";
import { EXAMPLE } from "./example";
import { FilesField } from "./files-field";
import "./upload.css";
import "./workflows.css";

type Way = "example" | "cli" | "http";

/** Where there is no workflow yet: what one is, one to begin with, and how to bring one's own. */
export function FirstWorkflow({ open }: { open: ((bundle: Bundle) => void) | null }) {
  const [way, setWay] = useState<Way>("example");
  return (
    <div class="first-workflow">
      <div class="first-words">
        <span class="empty-icon">
          <Icon name="flow" size={28} />
        </span>
        <h2>Upload the first workflow</h2>
        <p class="muted">
          A workflow is a Python file with a function <code>run</code>. It gets parameters, drives a desktop with mouse, keyboard and a vision model, and
          returns a result. The server keeps it, executes it in a sandbox, and tells you how it went.
        </p>
        {open ? (
          <>
            <Button kind="primary" icon="upload" onClick={() => open({ name: "Picture of a page", files: [EXAMPLE], leftOut: [] })}>
              Upload the example
            </Button>
            <FilesField isSmall={false} onBundle={open} />
          </>
        ) : (
          <ScopeNote scope="workflows:write" />
        )}
      </div>
      <div class="card first-example">
        <header>
          <Choice
            label="Way"
            quiet
            value={way}
            options={[
              { value: "example", label: "Example" },
              { value: "cli", label: "Command line" },
              { value: "http", label: "HTTP" },
            ]}
            onChange={(chosen) => setWay(chosen)}
          />
        </header>
        {way === "example" ? <PythonCode text={EXAMPLE.content} label="Example" /> : <Code label={way === "cli" ? "On the command line" : "Over HTTP"} text={way === "cli" ? CLI : httpOf(location.origin)} />}
      </div>
    </div>
  );
}

const CLI = `nen workflow init invoices      # writes a workflow to start from
cd invoices
nen workflow run . --param url=https://example.com   # runs it here, with your debugger
nen workflow deploy             # uploads it; again, it publishes a new version
nen run start WORKFLOW --param url=https://example.com --wait`;

function httpOf(server: string): string {
  return `export NEN_API_KEY=sk_nen_…

jq -n --rawfile content workflow.py \\
  '{name: "invoices", files: [{filename: "workflow.py", content: $content}]}' |
  curl ${server}/workflows -H "Authorization: Bearer $NEN_API_KEY" --json @-

curl ${server}/runs -H "Authorization: Bearer $NEN_API_KEY" \\
  --json '{"workflow_id": "…", "workflow_params": {"url": "https://example.com"}}'`;
}
