/** Runs that failed and are tried again, the next one first. */
import { useState } from "preact/hooks";
import type { FailingRun } from "../../../api/schema/failing.ts";
import { NextTry } from "../../components/handlers-state.tsx";
import { More } from "../../components/more.tsx";
import { PrintableText } from "../../components/printable-text.tsx";
import { Problem } from "../../components/problem.tsx";
import { Tag } from "../../components/tag.tsx";
import { fetchFailing, replayEvent } from "../../data/api.ts";
import { explain } from "../../data/call-api.ts";
import { useInfiniteQuery } from "../../data/use-infinite-query.ts";
import { useLive } from "../../data/use-live.ts";
import { useWhenChanged } from "../../data/use-when-changed.ts";
import { FailingRunLine } from "./failing-run-line.tsx";
import { ReplayProgress } from "./replay-progress.tsx";

export function Retries({ revision }: { revision: number }) {
  const { feed, askNow } = useLive();
  const { rows, problem, more, busy, loadMore, again } = useInfiniteQuery("retrying", async (_, cursor) => {
    const answer = await fetchFailing([["state", "retrying"]], cursor);
    return answer.outcome === "ok"
      ? { outcome: "ok", value: { rows: answer.value.failing, next: answer.value.next } }
      : answer;
  });
  useWhenChanged(revision, again);
  const [said, setSaid] = useState("");
  const [tried, setTried] = useState<{ round: number; run: FailingRun } | null>(null);

  async function tryNow(run: FailingRun): Promise<void> {
    const answer = await replayEvent(run.uuid, run.handler);
    setSaid(answer.outcome === "ok" ? "" : explain(answer));
    if (answer.outcome === "ok") setTried((before) => ({ round: (before?.round ?? 0) + 1, run }));
    await again();
    askNow();
  }

  const runs = rows ?? [];
  if (runs.length === 0 && tried === null && problem === null) return null;
  const many = feed?.retrying ?? runs.length;
  return (
    <section aria-labelledby="retries-title">
      <h2 id="retries-title">
        Retrying{many > 0 && <span class="badge warn">{many >= 1000 ? "1,000+" : many}</span>}
      </h2>
      <p class="help">They failed and are tried again by themselves, each time after a longer wait.</p>
      {tried !== null && <ReplayProgress key={tried.round} queued={1} replayed={[tried.run]} />}
      <p role="status" class="said">
        {said}
      </p>
      {problem !== null && <Problem text={problem} retry={() => void again()} />}
      <ul class="groups">
        {runs.map((run) => (
          <li class="group" key={`${run.uuid} ${run.handler}`}>
            <div class="group-head">
              <strong>
                <PrintableText text={run.handler} />
              </strong>
              <Tag tone="warn">
                next try {run.nextTryAt === null ? "not known" : <NextTry at={run.nextTryAt} />}
              </Tag>
              {!run.registered && (
                <Tag title="No handler of this name is in netlify/handlers/index.ts">gone</Tag>
              )}
              {run.registered && (
                <span class="actions">
                  <button type="button" onClick={() => void tryNow(run)}>
                    Try now
                    <span class="sr-only"> {run.handler}</span>
                  </button>
                </span>
              )}
            </div>
            <pre class="error">
              <PrintableText text={run.lastError ?? "No error was kept."} />
            </pre>
            <ul class="failing-runs">
              <FailingRunLine run={run} />
            </ul>
          </li>
        ))}
      </ul>
      {more && <More busy={busy} onPress={loadMore} label="Show more" />}
    </section>
  );
}
