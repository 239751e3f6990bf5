import { Button } from "../../components/button";
import { Copy } from "../../components/copy";
import type { Period } from "./period";
import { saveFile } from "./save-file";
import { csvOf, tabbedOf } from "./usage-sheet";
import { UsageTable } from "./usage-table";

/** The days as a table, to read and to take along. */
export function InNumbers({ period }: { period: Period }) {
  const name = `nen-usage-${period.days[0]?.day}-to-${period.days.at(-1)?.day}.csv`;
  return (
    <>
      <div class="row wrap">
        <Copy text={() => tabbedOf(period.days)} label="Copy the table, for a spreadsheet">
          Copy
        </Copy>
        <Button small icon="download" onClick={() => saveFile(name, "text/csv", csvOf(period.days))}>
          Download CSV
        </Button>
      </div>
      <UsageTable period={period} />
    </>
  );
}
