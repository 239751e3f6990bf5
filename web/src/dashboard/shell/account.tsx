import { Choice } from "../components/fields";
import { Icon } from "../components/icon";
import { IconButton } from "../components/button";
import { identity, signOut } from "../server/identity";
import { streamState } from "../server/events";
import { useTask } from "../server/task";
import { type Theme, theme } from "./theme";

const THEMES: readonly { value: Theme; label: string; title: string }[] = [
  { value: "auto", label: "Auto", title: "As the system is" },
  { value: "light", label: "Light", title: "Always light" },
  { value: "dark", label: "Dark", title: "Always dark" },
];

/** Who is signed in, how it looks, the way out. */
export function Account() {
  const who = identity.value;
  const leaving = useTask(signOut);
  return (
    <div class="account">
      <a class="account-link" href="/docs" target="_blank" rel="noopener">
        <Icon name="book" size={18} />
        API reference
        <Icon name="external" size={13} />
      </a>
      <Choice label="Theme" quiet value={theme.value} options={THEMES} onChange={(chosen) => (theme.value = chosen)} />
      {who && (
        <div class="who">
          <span class="who-icon">
            <Icon name="key" />
          </span>
          <div class="grow">
            <div class="clip strong" title={`Signed in with the key “${who.name}”`}>
              {who.name || who.keyId}
            </div>
            <div class="clip small muted" title={who.scopes.join(", ")}>
              {who.workspaceId}
            </div>
          </div>
          <IconButton label="Sign out" icon="signOut" busy={leaving.busy} onClick={() => void leaving.run()} />
        </div>
      )}
    </div>
  );
}

/** Says so when what is shown may be old. */
export function StreamNotice() {
  if (streamState.value !== "lost") return null;
  return (
    <p class="stream-notice" role="status">
      <span class="spinner" aria-hidden="true" />
      The connection to the server is lost. What you see may be old; it is tried again.
    </p>
  );
}
