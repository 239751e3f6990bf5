import type { Replay } from "nen-client";
import { useEffect, useState } from "preact/hooks";
import { Badge } from "../components/badge";
import { Button } from "../components/button";
import { Copy } from "../components/copy";
import { Skeleton } from "../components/loading";
import { Loaded } from "../components/loading";
import { Menu } from "../components/menu";
import { Allowed } from "../components/notice";
import { Page } from "../components/page";
import { onEvent } from "../server/events";
import { useLoad } from "../server/load";
import type { Scope } from "../server/scopes";
import { ReplayView } from "./replay-view";

/** The replay of a desktop or of a run, with links and files to give to others. */
export function ReplayPage(props: {
  /** Path of the desktop or the run at the server. */
  of: string;
  id: string;
  scope: Scope;
  back: { href: string; label: string };
  gone: string;
  load(signal: AbortSignal): Promise<Replay>;
}) {
  const { of, id, scope, back, gone, load } = props;
  const answer = useLoad(load, [of], scope);
  const replay = answer.data;
  const newer = useNewer(replay);
  const hasPicture = replay?.steps.some(({ screenshot }) => screenshot) ?? false;
  return (
    <Page
      title={replay ? `Replay of ${replay.title}` : "Replay"}
      heading={
        <>
          {replay?.title ?? "Replay"}
          <Badge icon="replay">Replay</Badge>
        </>
      }
      back={back}
      width="full"
      actions={
        replay &&
        replay.steps.length > 0 && (
          <>
            {replay.endedAt === null || replay.endedAt === undefined ? (
              <Button icon="refresh" busy={answer.busy} onClick={() => void answer.again()}>
                {newer ? `Show ${newer} newer` : "Read again"}
              </Button>
            ) : null}
            <Copy small={false} text={() => location.href} label="Copy a link to this moment">
              Copy link to this moment
            </Copy>
            <Menu
              label="Export"
              word={{ text: "Export", icon: "download" }}
              items={[
                { label: "Animated WebP, 4× speed", icon: "image", href: `${of}/replay.webp?speed=4`, download: `${id}.webp`, disabled: !hasPicture },
                { label: "Animated WebP, real speed", icon: "image", href: `${of}/replay.webp?speed=1`, download: `${id}-1x.webp`, disabled: !hasPicture },
                { label: "JSON trajectory with pictures", icon: "code", href: `${of}/replay?images=inline`, download: `${id}.json` },
                { label: "JSON without pictures", icon: "code", href: `${of}/replay`, download: `${id}-steps.json` },
              ]}
            />
          </>
        )
      }
    >
      <Allowed scope={scope}>
        <Loaded answer={answer} gone={gone} skeleton={<Skeleton lines={1} height={420} />}>
          {(data) => <ReplayView replay={data} />}
        </Loaded>
      </Allowed>
    </Page>
  );
}

/** How many actions there were on a desktop since its replay was read. */
function useNewer(replay: Replay | undefined): number {
  const [newer, setNewer] = useState(0);
  useEffect(() => {
    setNewer(0);
    return onEvent(({ desktopId, kind }) => kind === "action" && desktopId === replay?.id && setNewer((count) => count + 1));
  }, [replay]);
  return newer;
}
