import type { Desktop } from "nen-client";
import { ask } from "../components/ask";
import type { MenuItem } from "../components/menu";
import { toast } from "../components/toast";
import { href, part } from "../router";
import { nen } from "../server/client";
import { may } from "../server/scopes";
import { sentence } from "../server/sentence";
import { drop, put } from "./store";

/** How a desktop is called. */
export function nameOf({ name, desktopId }: Pick<Desktop, "name" | "desktopId">): string {
  return name || desktopId;
}

export async function pause(desktop: Desktop): Promise<void> {
  await telling(async () => put(await nen.pauseDesktop(desktop.desktopId)));
}

export async function resume(desktop: Desktop): Promise<void> {
  await telling(async () => put(await nen.resumeDesktop(desktop.desktopId)));
}

/** True when it is gone. */
export async function remove(desktop: Desktop): Promise<boolean> {
  const sure = await ask({
    title: `Delete ${nameOf(desktop)}?`,
    text: "Its programs end, and the files on its drive are gone. Nothing brings them back.",
    confirm: "Delete desktop",
    danger: true,
  });
  if (!sure) return false;
  return telling(async () => {
    await nen.deleteDesktop(desktop.desktopId);
    drop(desktop.desktopId);
    toast(`${nameOf(desktop)} is deleted.`);
  });
}

/** What can be done with a desktop, as far as the key may. */
export function deedsOf(desktop: Desktop, rename: () => void, removed: () => void = () => {}): MenuItem[] {
  const path = `/desktops/${part(desktop.desktopId)}`;
  const replay: MenuItem = { label: "Replay", icon: "replay", href: href(`${path}/replay`) };
  if (!may("desktops:write")) return [replay];
  const { status } = desktop;
  return [
    replay,
    { label: "Rename", icon: "pencil", onSelect: rename },
    ...(status === "running" ? [{ label: "Pause", icon: "pause", onSelect: () => void pause(desktop) } as const] : []),
    ...(status === "paused" ? [{ label: "Resume", icon: "play", onSelect: () => void resume(desktop) } as const] : []),
    ...(status === "error" ? [{ label: "Start again", icon: "refresh", onSelect: () => void resume(desktop) } as const] : []),
    {
      label: "Delete",
      icon: "trash",
      danger: true,
      onSelect: () => void remove(desktop).then((gone) => gone && removed()),
    },
  ];
}

async function telling(work: () => Promise<void>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    toast(sentence(error), "bad");
    return false;
  }
}
