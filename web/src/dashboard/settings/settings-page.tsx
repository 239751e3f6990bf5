import { Page } from "../components/page";
import { Empty } from "../components/notice";
import type { PageProps } from "../routes";
import { SettingsNav } from "./settings-nav";
import { sectionOf } from "./sections";
import "./settings.css";

/** All that is set for the workspace, one section at a time. */
export default function SettingsPage({ params }: PageProps) {
  const section = sectionOf(params["section"]);
  return (
    <Page
      title={section ? `${section.label} · Settings` : "Settings"}
      heading={
        <span>
          Settings{section && <span class="unseen">: {section.label}</span>}
        </span>
      }
    >
      <SettingsNav here={section} />
      {section ? (
        <section.Content />
      ) : (
        <Empty icon="gear" title="There is no such section">
          The address may be mistyped, or from another version. Choose one of those above.
        </Empty>
      )}
    </Page>
  );
}
