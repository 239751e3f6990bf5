import type { ComponentType } from "preact";
import { KeysSection } from "./keys/keys-section";
import { ModelsSection } from "./models/models-section";
import { SecretsSection } from "./secrets/secrets-section";
import { ServerSection } from "./server/server-section";
import { UsageSection } from "./usage/usage-section";

/** A part of the settings with an address of its own: `/settings/<id>`. */
export interface SettingsPart {
  id: string;
  label: string;
  Content: ComponentType;
}

const FIRST: SettingsPart = { id: "keys", label: "API keys", Content: KeysSection };

export const sections: readonly SettingsPart[] = [
  FIRST,
  { id: "webhooks", label: "Webhooks and signing", Content: SecretsSection },
  { id: "models", label: "Models and budget", Content: ModelsSection },
  { id: "usage", label: "Usage", Content: UsageSection },
  { id: "server", label: "Server", Content: ServerSection },
];

/** The section of an address; the first where none is named. */
export function sectionOf(id: string | undefined): SettingsPart | undefined {
  return id ? sections.find((section) => section.id === id) : FIRST;
}
