/** What became of runs that were replayed, told where they were replayed: done, or failed again and why. */
import { useEffect, useRef, useState } from "preact/hooks";
import type { Run } from "../../../api/schema/events.ts";
import { PrintableText } from "../../components/printable-text.tsx";
import { Tag } from "../../components/tag.tsx";
import { fetchEvent } from "../../data/api.ts";
import { useLive } from "../../data/use-live.ts";
import { formatRoute, noFilter } from "../../routing/route.ts";
import { counted } from "../../time.ts";

/** A run as it stood when somebody asked for it again. */
export interface ReplayedRun {
  readonly uuid: string;
  readonly handler: string;
  readonly updatedAt: string | null;
}

/** More are only counted: each one asks for its event until it is over. */
const MAX_POLLED_RUNS = 20;

export function ReplayProgress({ replayed, queued }: { replayed: readonly ReplayedRun[]; queued: number }) {
  const { pulse } = useLive();
  const followed = replayed.slice(0, MAX_POLLED_RUNS);
  const [ended, setEnded] = useState<ReadonlyMap<string, Run>>(new Map());
  const asking = useRef(false);
  const open = followed.filter((run) => !ended.has(keyOf(run)));

  useEffect(() => {
    if (pulse === 0 || asking.current || open.length === 0) return;
    asking.current = true;
    void poll(open).then((found) => {
      asking.current = false;
      if (found.length > 0) setEnded((before) => new Map([...before, ...found]));
    });
  });

  const runs = [...ended.values()];
  const failed = followed.filter((run) => ended.get(keyOf(run))?.state !== "done" && ended.has(keyOf(run)));
  const done = runs.filter(({ state }) => state === "done").length;
  const left = queued - runs.length;
  return (
    <div class="outcome" role="status">
      <p>
        {counted(queued, "run")} queued. {done > 0 && <Tag tone="good">{counted(done, "run")} done</Tag>}{" "}
        {failed.length > 0 && <Tag tone="bad">{counted(failed.length, "run")} failed again</Tag>}{" "}
        {left > 0 && (open.length > 0 ? `${counted(left, "run")} not over yet…` : `${left} more follow.`)}
      </p>
      {failed.length > 0 && (
        <ul>
          {failed.map((run) => (
            <li key={keyOf(run)}>
              <a href={formatRoute({ view: "events", filter: noFilter, uuid: run.uuid })}>
                <PrintableText text={run.handler} />
              </a>
              : <PrintableText text={ended.get(keyOf(run))?.lastError ?? "no error was kept"} />
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

/** Those that are over by now. */
async function poll(open: readonly ReplayedRun[]): Promise<[string, Run][]> {
  const uuids = [...new Set(open.map(({ uuid }) => uuid))];
  const answers = new Map(
    await Promise.all(uuids.map(async (uuid) => [uuid, await fetchEvent(uuid)] as const)),
  );
  return open.flatMap((replayed): [string, Run][] => {
    const answer = answers.get(replayed.uuid);
    if (answer?.outcome !== "ok") return [];
    const run = answer.value.runs.find(({ handler }) => handler === replayed.handler);
    return run !== undefined && isOver(run, replayed) ? [[keyOf(replayed), run]] : [];
  });
}

/** A run that is tried earlier stays as it is until then. */
function isOver(run: Run, before: ReplayedRun): boolean {
  if (run.state === "waiting" || run.state === "running") return false;
  return run.state !== "retrying" || run.updatedAt !== before.updatedAt;
}

function keyOf({ uuid, handler }: ReplayedRun): string {
  return `${handler} ${uuid}`;
}
