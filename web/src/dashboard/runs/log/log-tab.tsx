import type { LogRecord, Run } from "nen-client";
import { useMemo, useState } from "preact/hooks";
import { LinkButton } from "../../components/button";
import { Choice, SearchField } from "../../components/fields";
import { formatCount } from "../../components/format";
import { Skeleton } from "../../components/loading";
import { Empty, ErrorNotice } from "../../components/notice";
import { part } from "../../router";
import { isOver, shortId } from "../run-time";
import { LogLines } from "./log-lines";
import { useRunLog } from "./run-log";
import "./log.css";

type Stream = "all" | "stdout" | "stderr" | "system";

const STREAMS: readonly { value: Stream; label: string; title: string }[] = [
  { value: "all", label: "All", title: "Everything" },
  { value: "stdout", label: "Output", title: "What the workflow printed" },
  { value: "stderr", label: "Errors", title: "Standard error, to which logging goes" },
  { value: "system", label: "Nen", title: "What Nen says about the run: what models said and did, a traceback at its end" },
];

/** What a run printed and logged, as it comes. */
export function LogTab({ run }: { run: Run }) {
  const log = useRunLog(run.messageId);
  const [words, setWords] = useState("");
  const [stream, setStream] = useState<Stream>("all");
  const found = useMemo(() => log.lines.filter((line) => fits(line, stream, words)), [log.lines, stream, words]);
  const isLive = !isOver(run) && log.state !== "failed";
  return (
    <div class="log-tab">
      <div class="log-bar">
        <SearchField label="Search the log" value={words} onChange={setWords} />
        <Choice label="Stream" quiet value={stream} options={STREAMS} onChange={(chosen) => setStream(chosen)} />
        <span class="muted small log-count" role="status">
          {words || stream !== "all" ? `${formatCount(found.length)} of ${formatCount(log.lines.length)} lines` : `${formatCount(log.lines.length)} ${log.lines.length === 1 ? "line" : "lines"}`}
        </span>
        <LinkButton icon="download" href={`/runs/${part(run.messageId)}/logs`} download={`run-${shortId(run.messageId)}.log`}>
          Download
        </LinkButton>
      </div>
      {log.error !== undefined && <ErrorNotice error={log.error} again={log.again} />}
      {log.lines.length === 0 && log.state === "reading" && !isLive && <Skeleton lines={5} />}
      {log.lines.length === 0 && (log.state === "ended" || isLive) && (
        <Empty icon="list" title={isLive ? "Nothing said yet" : "It said nothing"}>
          {run.runStatus === "queued" ? "The log begins when the run starts." : "What the workflow prints and logs stands here, with what Nen says about the run."}
        </Empty>
      )}
      {log.lines.length > 0 && found.length === 0 && (
        <Empty icon="search" title="No line fits">
          None of the {formatCount(log.lines.length)} lines so far has these words in this stream.
        </Empty>
      )}
      {found.length > 0 && <LogLines lines={found} words={words.trim()} isLive={isLive} />}
    </div>
  );
}

function fits({ stream, text }: LogRecord, wanted: Stream, words: string): boolean {
  return (wanted === "all" || stream === wanted) && text.toLowerCase().includes(words.trim().toLowerCase());
}
