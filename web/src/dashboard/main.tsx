import { render } from "preact";
import { App } from "./app";
import { replace } from "./router";
import { followWorkspace } from "./server/events";
import { recognise } from "./server/identity";
import "./shell/theme";

/** The code of a sign-in link. It opens the workspace once, so it leaves the address and the history at once. */
function takeCode(): string | null {
  const code = /^#\/sign-in\/([^/?]+)/.exec(location.hash)?.[1];
  if (!code) return null;
  replace("/sign-in");
  return decodeURIComponent(code);
}

const root = document.getElementById("app");
if (!root) throw new Error("dashboard/index.html has no #app");
const code = takeCode();
void recognise();
followWorkspace();
render(<App code={code} />, root);
// A link that is pasted over the address of an open dashboard changes only what stands after #.
addEventListener("hashchange", () => /^#\/sign-in\/./.test(location.hash) && location.reload());
