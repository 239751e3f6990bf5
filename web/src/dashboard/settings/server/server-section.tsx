import { ConnectSection } from "./connect";
import { Health } from "./health";
import { WhoAmI } from "./who-am-i";

/** The server, and who talks to it here. */
export function ServerSection() {
  return (
    <>
      <div class="settings-cards level">
        <Health />
        <WhoAmI />
      </div>
      <ConnectSection />
    </>
  );
}
