import { useState } from "preact/hooks";
import { Button } from "../components/button";
import { Code } from "../components/code";
import { Choice } from "../components/fields";
import { Icon } from "../components/icon";
import { ScopeNote } from "../components/notice";

type Language = "curl" | "python" | "javascript";

/** Where there is no desktop yet: what one is, and how to make it here or from a program. */
export function FirstSteps({ create }: { create: (() => void) | null }) {
  const [language, setLanguage] = useState<Language>("curl");
  return (
    <div class="first-steps">
      <span class="empty-icon">
        <Icon name="desktop" size={28} />
      </span>
      <h2>Create the first desktop</h2>
      <p class="muted prose">
        A desktop is a Linux computer with a screen, a mouse and a keyboard, and Chromium on it. An agent drives it over HTTP;
        you watch it here, take over when you like, and replay what happened.
      </p>
      {create ? (
        <Button kind="primary" icon="plus" onClick={create}>
          New desktop
        </Button>
      ) : (
        <ScopeNote scope="desktops:write" />
      )}
      <div class="first-code card">
        <header>
          <h3 class="grow">From a program</h3>
          <Choice
            label="Language"
            quiet
            value={language}
            options={[
              { value: "curl", label: "curl" },
              { value: "python", label: "Python" },
              { value: "javascript", label: "JavaScript" },
            ]}
            onChange={(chosen) => setLanguage(chosen)}
          />
        </header>
        <Code label={`Example in ${language}`} text={EXAMPLES[language](location.origin)} />
      </div>
    </div>
  );
}

const EXAMPLES: Record<Language, (server: string) => string> = {
  curl: (server) => `export NEN_API_KEY=sk_nen_…

curl ${server}/desktops -H "Authorization: Bearer $NEN_API_KEY" \\
  --json '{"name": "first", "start_url": "https://example.com"}'`,
  python: (server) => `# pip install nen-client · export NEN_API_KEY=sk_nen_…
from nen_client import Nen

nen = Nen(base_url="${server}")
desktop = nen.desktops.create(name="first", start_url="https://example.com")
desktop.left_click(640, 400)`,
  javascript: (server) => `// npm install nen-client · export NEN_API_KEY=sk_nen_…
import { Nen } from "nen-client";

const nen = new Nen({ baseUrl: "${server}" });
const desktop = await nen.desktops.create({ name: "first", startUrl: "https://example.com" });
await desktop.leftClick(640, 400);`,
};
