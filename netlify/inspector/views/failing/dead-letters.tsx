/** The dead letters by handler and error: one cause is one line, however many events it struck. */
import { useState } from "preact/hooks";
import { Problem } from "../../components/problem.tsx";
import { discardDead, fetchDeadGroups, replayDead } from "../../data/api.ts";
import { explain } from "../../data/call-api.ts";
import { useLive } from "../../data/use-live.ts";
import { useQuery } from "../../data/use-query.ts";
import { useWhenChanged } from "../../data/use-when-changed.ts";
import { counted } from "../../time.ts";
import { type DeadActions, DeadGroupItem } from "./dead-group-item.tsx";
import { type ReplayedRun, ReplayProgress } from "./replay-progress.tsx";

export function DeadLetters({ revision }: { revision: number }) {
  const { askNow } = useLive();
  const { value, problem, again } = useQuery("dead", fetchDeadGroups);
  useWhenChanged(revision, again);
  const [said, setSaid] = useState("");
  const [busy, setBusy] = useState(false);
  const [outcome, setOutcome] = useState<{
    readonly round: number;
    readonly queued: number;
    readonly known: readonly ReplayedRun[];
  } | null>(null);

  async function act(ask: () => Promise<string>): Promise<void> {
    setBusy(true);
    setSaid(await ask());
    await again();
    askNow();
    setBusy(false);
  }
  const actions: DeadActions = {
    busy,
    replay: (which, known) =>
      act(async () => {
        const answer = await replayDead(which);
        if (answer.outcome !== "ok") return explain(answer);
        const { queued, left } = answer.value;
        setOutcome((before) => ({ round: (before?.round ?? 0) + 1, queued, known: known.slice(0, queued) }));
        return left.map(leftWords).join(" ");
      }),
    discard: (which) =>
      act(async () => {
        const answer = await discardDead(which);
        return answer.outcome === "ok"
          ? `Discarded ${counted(answer.value.discarded, "dead letter")}.`
          : explain(answer);
      }),
  };

  const groups = value?.groups ?? [];
  const total = groups.reduce((sum, { count }) => sum + count, 0);
  if (groups.length === 0 && outcome === null && said === "" && problem === null) return null;
  return (
    <section aria-labelledby="dead-title">
      <h2 id="dead-title">Dead letters{total > 0 && <span class="badge">{total}</span>}</h2>
      <p class="help">
        They failed for the last time. Nothing happens to them until you replay or discard them.
      </p>
      {outcome !== null && (
        <ReplayProgress key={outcome.round} queued={outcome.queued} replayed={outcome.known} />
      )}
      <p role="status" class="said">
        {said}
      </p>
      {problem !== null && <Problem text={problem} retry={() => void again()} />}
      <ul class="groups">
        {groups.map((group) => (
          <DeadGroupItem
            key={`${group.handler} ${group.error}`}
            group={group}
            revision={revision}
            actions={actions}
          />
        ))}
      </ul>
    </section>
  );
}

function leftWords({ reason, count }: { reason: string; count: number }): string {
  const why =
    reason === "handler-gone"
      ? "their handler is no longer in netlify/handlers/index.ts"
      : "their events are past the retention";
  return `${counted(count, "dead letter")} stay: ${why}.`;
}
