import { type ActionCall, clipboard, type Desktop } from "nen-client";
import { useState } from "preact/hooks";
import { Button } from "../components/button";
import { Copy } from "../components/copy";
import { TextAreaField } from "../components/fields";
import { Allowed, Empty, Note } from "../components/notice";
import { toast } from "../components/toast";
import { nen } from "../server/client";
import { useTask } from "../server/task";
import { activityOf } from "./activity";

/** The text in the desktop's clipboard, by its tool. */
export function ClipboardPanel({ desktop }: { desktop: Desktop }) {
  const [text, setText] = useState("");
  const act = async (call: ActionCall): Promise<string> => {
    const result = await nen.desktop(desktop.desktopId).act(call, { screenshot: "never" });
    if (result.status !== "ok") throw new Error(result.error);
    return result.output;
  };
  const reading = useTask(async () => setText(await act(clipboard.get())));
  const writing = useTask(async () => {
    await act(clipboard.set(text));
    toast("It is in the desktop’s clipboard. Paste it there.");
  });
  if (!desktop.tools.includes("clipboard")) {
    return (
      <Empty icon="clipboard" title="No clipboard tool">
        This desktop was created without it. While you interact with the screen, copying and pasting works all the same where
        the browser allows it.
      </Empty>
    );
  }
  return (
    <Allowed scope="desktops:write">
      <div class="stack">
        {activityOf(desktop.desktopId).isHeld.value && (
          <Note icon="hand" tone="warn">
            A person holds this desktop. Reading and writing here is refused until control is handed back.
          </Note>
        )}
        <TextAreaField label="Text in the clipboard" code rows={8} value={text} onChange={setText} placeholder="Read it from the desktop, or type what to put there." />
        <div class="row wrap">
          <Button icon="download" busy={reading.busy} onClick={() => void reading.run()}>
            Read from desktop
          </Button>
          <Button icon="send" kind="primary" busy={writing.busy} onClick={() => void writing.run()}>
            Put into desktop
          </Button>
          <Copy text={text} label="Copy to this device" small={false}>
            Copy
          </Copy>
        </div>
      </div>
    </Allowed>
  );
}
