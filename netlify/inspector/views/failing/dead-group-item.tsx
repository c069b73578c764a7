/** The dead letters of one handler with one error: what to do with all of them, or with some. */
import { useState } from "preact/hooks";
import type { DeadLetterGroup } from "../../../api/schema/failing.ts";
import { ConfirmButton } from "../../components/confirm-button.tsx";
import { More } from "../../components/more.tsx";
import { PrintableText } from "../../components/printable-text.tsx";
import { Problem } from "../../components/problem.tsx";
import { Tag } from "../../components/tag.tsx";
import { Time } from "../../components/time.tsx";
import { type DeadSelection, fetchFailing } from "../../data/api.ts";
import { useInfiniteQuery } from "../../data/use-infinite-query.ts";
import { useWhenChanged } from "../../data/use-when-changed.ts";
import { count, counted } from "../../time.ts";
import { FailingRunLine } from "./failing-run-line.tsx";
import type { ReplayedRun } from "./replay-progress.tsx";

/** What a person does with dead letters. `known`: those of them that are on the screen. */
export interface DeadActions {
  readonly busy: boolean;
  readonly replay: (which: DeadSelection, known: readonly ReplayedRun[]) => Promise<void>;
  readonly discard: (which: DeadSelection) => Promise<void>;
}

export function DeadGroupItem({
  group,
  revision,
  actions,
}: {
  group: DeadLetterGroup;
  revision: number;
  actions: DeadActions;
}) {
  const { handler, error } = group;
  const { rows, problem, more, busy, loadMore, again } = useInfiniteQuery(
    `${handler} ${error}`,
    async (_, cursor) => {
      const answer = await fetchFailing(
        [["state", "dead"], ["handler", handler], ...(error === null ? [] : [["error", error] as const])],
        cursor,
      );
      return answer.outcome === "ok"
        ? { outcome: "ok", value: { rows: answer.value.failing, next: answer.value.next } }
        : answer;
    },
  );
  useWhenChanged(revision, again);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const runs = rows ?? [];
  const selected = runs.filter(({ uuid }) => chosen.has(uuid));
  // Without a selection the whole group is meant; without an error it has no name of its own.
  const meant = selected.length > 0 || error === null ? { runs: selected.map(nameOf) } : { handler, error };
  const many = selected.length > 0 ? selected.length : error === null ? 0 : group.count;
  const known = selected.length > 0 ? selected : runs;
  const words = counted(many, "dead letter");

  return (
    <li class="group">
      <div class="group-head">
        <strong>
          <PrintableText text={handler} />
        </strong>
        <Tag tone="bad">{count(group.count)} dead</Tag>
        {!group.registered && <Tag title="No handler of this name is in netlify/handlers/index.ts">gone</Tag>}
        <span class="aside">
          last <Time at={group.lastDiedAt} look="bare" />
        </span>
        <span class="actions">
          {group.registered && many > 0 && (
            <ConfirmButton
              label={selected.length > 0 ? "Replay selected" : "Replay all"}
              question="Each runs again for its event."
              confirmLabel={`Replay ${words}`}
              busy={actions.busy}
              onConfirm={() => {
                setChosen(new Set());
                void actions.replay(meant, known);
              }}
            />
          )}
          {many > 0 && (
            <ConfirmButton
              label={selected.length > 0 ? "Discard selected" : "Discard all"}
              question="They leave this list. Their events stay."
              confirmLabel={`Discard ${words}`}
              busy={actions.busy}
              onConfirm={() => {
                setChosen(new Set());
                void actions.discard(meant);
              }}
            />
          )}
        </span>
      </div>
      <pre class="error">
        <PrintableText text={error ?? "No error was kept."} />
      </pre>
      {problem !== null && <Problem text={problem} retry={() => void again()} />}
      <ul class="failing-runs">
        {runs.map((run) => (
          <FailingRunLine key={run.uuid} run={run}>
            <input
              type="checkbox"
              aria-label={`Select ${handler} for ${run.event?.target?.name ?? run.uuid}`}
              checked={chosen.has(run.uuid)}
              onChange={() => setChosen(toggled(chosen, run.uuid))}
            />
          </FailingRunLine>
        ))}
      </ul>
      {more && <More busy={busy} onPress={loadMore} label={`Show more of ${count(group.count)}`} />}
    </li>
  );
}

function nameOf({ uuid, handler }: { uuid: string; handler: string }) {
  return { uuid, handler };
}

function toggled(chosen: ReadonlySet<string>, uuid: string): ReadonlySet<string> {
  const next = new Set(chosen);
  if (!next.delete(uuid)) next.add(uuid);
  return next;
}
