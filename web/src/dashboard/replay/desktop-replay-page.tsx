import { href, part } from "../router";
import type { PageProps } from "../routes";
import { nen } from "../server/client";
import { ReplayPage } from "./replay-page";

/** What was done on a desktop. */
export default function DesktopReplayPage({ params }: PageProps) {
  const id = params["id"] ?? "";
  return (
    <ReplayPage
      of={`/desktops/${part(id)}`}
      id={id}
      scope="desktops:read"
      back={{ href: href(`/desktops/${part(id)}`), label: "To the desktop" }}
      gone="There is no desktop with this id, or it was deleted."
      load={(signal) => nen.desktop(id).replay({ signal })}
    />
  );
}
