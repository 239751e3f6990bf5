import { type Desktop, type ExecuteResult, imageOf, type ToolSchema } from "nen-client";
import { useEffect, useState } from "preact/hooks";
import { actionsOf, parametersOf, spokenAction } from "../actions/parameters";
import { Button } from "../components/button";
import { SelectField } from "../components/fields";
import { Loaded } from "../components/loading";
import { Allowed, ErrorNotice, Note } from "../components/notice";
import { type Draft, draftOf, readDraft } from "../schema/draft";
import { SchemaFields } from "../schema/schema-fields";
import { nen } from "../server/client";
import { useLoad } from "../server/load";
import { useTask } from "../server/task";
import { activityOf } from "./activity";
import { ActResult, PickPicture } from "./act-result";

/** Runs one action by hand: the form is made of the schema that agents get. */
export function ActPanel({ desktop }: { desktop: Desktop }) {
  const tools = useLoad((signal) => nen.listTools(desktop.desktopId, { signal }), [desktop.desktopId]);
  return (
    <Allowed scope="desktops:write">
      <Loaded answer={tools}>{(list) => <ActForm desktop={desktop} tools={list} />}</Loaded>
    </Allowed>
  );
}

interface Outcome {
  result: ExecuteResult;
  /** Of its picture. */
  url: string | null;
}

function ActForm({ desktop, tools }: { desktop: Desktop; tools: readonly ToolSchema[] }) {
  const [toolName, setTool] = useState(tools[0]?.name ?? "");
  const tool = tools.find(({ name }) => name === toolName);
  const actions = tool ? actionsOf(tool.parameters) : [];
  const [chosen, setChosen] = useState("left_click");
  const action = actions.includes(chosen) ? chosen : (actions[0] ?? "");
  const schema = parametersOf(tool?.parameters ?? {}, action);
  const [draft, setDraft] = useState<Draft>(() => draftOf(schema));
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [field, setField] = useState("coordinate");
  const [outcome, setOutcome] = useState<Outcome | null>(null);
  const first = useFirstPicture(desktop);
  const isHeld = activityOf(desktop.desktopId).isHeld.value;

  useEffect(() => {
    setErrors({});
    setField("coordinate");
    // A place means the same to every action; what is called `text` is words for one and keys for another.
    setDraft((before) => ({ ...draftOf(schema), ...Object.fromEntries(Object.entries(before).filter(([name]) => name.endsWith("coordinate"))) }));
  }, [toolName, action]);
  useEffect(() => () => void (outcome?.url && URL.revokeObjectURL(outcome.url)), [outcome]);

  const task = useTask(
    async () => {
      const { values, errors: found } = readDraft(schema, draft);
      setErrors(found);
      if (Object.keys(found).length > 0) return;
      const result = await nen.desktop(desktop.desktopId).act({ tool: toolName, action, params: values }, { screenshot: "always" });
      const picture = imageOf(result);
      setOutcome({ result, url: picture ? URL.createObjectURL(new Blob([picture.bytes as Uint8Array<ArrayBuffer>], { type: picture.mediaType })) : null });
    },
    { quiet: true },
  );

  /** Puts a place that was clicked on the picture into the field that wants one. */
  const pick = (x: number, y: number): void => {
    const places = Object.keys((schema["properties"] ?? {}) as object).filter((name) => name.endsWith("coordinate"));
    const name = places.includes(field) ? field : places[0];
    if (name) setDraft({ ...draft, [name]: `${x}, ${y}` });
  };

  return (
    <form
      class="stack"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void task.run();
      }}
    >
      {isHeld && <Note icon="hand" tone="warn">A person holds this desktop. Actions are refused until control is handed back.</Note>}
      <div class="fields-row">
        <SelectField label="Tool" value={toolName} options={tools.map(({ name }) => ({ value: name, label: name }))} onChange={setTool} />
        <SelectField label="Action" value={action} options={actions.map((name) => ({ value: name, label: spokenAction(name) }))} onChange={setChosen} />
      </div>
      <SchemaFields key={`${toolName}.${action}`} schema={schema} draft={draft} errors={errors} onChange={setDraft} onFocus={setField} />
      <Button kind="primary" type="submit" icon="play" busy={task.busy}>
        Run action
      </Button>
      {task.error !== undefined && <ErrorNotice error={task.error} />}
      {!outcome && first && <PickPicture src={first} alt="Screen before the action" display={desktop.display} onPick={pick} />}
      {outcome && <ActResult result={outcome.result} url={outcome.url} display={desktop.display} call={{ tool: toolName, action, params: {} }} onPick={pick} />}
    </form>
  );
}

/** The screen as it is when the form opens. A desktop that rests is not woken for it. */
function useFirstPicture({ desktopId, status }: Desktop): string | null {
  const [url, setUrl] = useState<string | null>(null);
  useEffect(() => {
    if (status !== "running") return;
    const leave = new AbortController();
    let made = "";
    const look = async (): Promise<void> => {
      const picture = await nen.desktop(desktopId).picture({ format: "webp", peek: true, signal: leave.signal });
      made = URL.createObjectURL(new Blob([(await picture.bytes()) as Uint8Array<ArrayBuffer>], { type: picture.mediaType }));
      if (leave.signal.aborted) URL.revokeObjectURL(made);
      else setUrl(made);
    };
    look().catch(() => undefined); // the form does without it
    return () => {
      leave.abort();
      if (made) URL.revokeObjectURL(made);
    };
  }, [desktopId, status]);
  return url;
}
