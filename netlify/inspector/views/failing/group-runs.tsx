/** The runs of a group, loaded once somebody opens it. Some of its dead letters can be selected. */

import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import type { FailingGroup, FailingRun } from "../../../api/schema/failing.ts";
import { ConfirmButton, More } from "../../components/buttons.tsx";
import { Problem } from "../../components/problem.tsx";
import { NextTry } from "../../components/tag.tsx";
import { EventType, PrintableText, Time } from "../../components/text.tsx";
import { fetchFailingRuns } from "../../data/api.ts";
import { useInfiniteQuery } from "../../data/use-infinite-query.ts";
import { formatRoute, noFilter } from "../../routing/route.ts";
import { counted } from "../../time.ts";
import type { FailingActions } from "./use-failing-actions.ts";

export function GroupRuns({ group, actions }: { group: FailingGroup; actions: FailingActions }) {
  const { handler, fingerprint, registered } = group;
  const { rows, problem, more, busy, loadMore, again } = useInfiniteQuery({
    key: `${handler} ${fingerprint}`,
    ask: (cursor) => fetchFailingRuns({ handler, fingerprint }, cursor),
    rows: ({ runs }) => runs,
  });
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const runs = rows ?? [];
  const selected = runs.filter((run) => isDead(run) && chosen.has(run.uuid));
  const words = counted(selected.length, "dead letter");
  const meant = { runs: selected.map(({ uuid }) => ({ uuid, handler })) };
  return (
    <>
      {problem !== null && <Problem text={problem} retry={() => void again()} />}
      {chosen.size > 0 && (
        <p class="actions">
          {registered && (
            <ConfirmButton
              label="Replay selected"
              question="Each runs again for its event."
              confirmLabel={`Replay ${words}`}
              busy={actions.busy}
              onConfirm={() => {
                setChosen(new Set());
                actions.replay({ ...meant, state: "dead" });
              }}
            />
          )}
          <ConfirmButton
            label="Discard selected"
            question="They leave this list. Their events stay."
            confirmLabel={`Discard ${words}`}
            busy={actions.busy}
            busyLabel="Discarding…"
            onConfirm={() => {
              setChosen(new Set());
              actions.discard(meant);
            }}
          />
        </p>
      )}
      <ul class="failing-runs">
        {runs.map((run) => (
          <FailingRunLine key={run.uuid} run={run}>
            {isDead(run) && (
              <input
                type="checkbox"
                aria-label={`Select ${handler} for ${run.event?.target?.name ?? run.uuid}`}
                checked={chosen.has(run.uuid)}
                onChange={() => setChosen(toggled(chosen, run.uuid))}
              />
            )}
          </FailingRunLine>
        ))}
      </ul>
      {more && <More busy={busy} onPress={loadMore} label="Show 50 more" />}
    </>
  );
}

const isDead = ({ state }: FailingRun) => state === "dead";

function toggled(chosen: ReadonlySet<string>, uuid: string): ReadonlySet<string> {
  const next = new Set(chosen);
  if (!next.delete(uuid)) next.add(uuid);
  return next;
}

/** One failing run: for whom, of which event, when. */
function FailingRunLine({
  run,
  children,
}: {
  run: FailingRun;
  /** Before it. */
  children?: ComponentChildren;
}) {
  const person = run.event?.target ?? run.event?.actor ?? null;
  const name = person?.name ?? person?.login ?? person?.id ?? "nobody named";
  return (
    <li class="failing-run">
      {children}
      <span class="person">
        <PrintableText text={name} />
        {person?.login != null && person.login !== name && (
          <span class="aside">
            {" "}
            <PrintableText text={person.login} />
          </span>
        )}
      </span>
      <a href={formatRoute({ view: "events", filter: noFilter, uuid: run.uuid })}>
        <EventType type={run.eventType} />
      </a>
      <span class="aside">
        attempt {run.attempts} of {run.maxAttempts}
        {run.state === "dead" && run.updatedAt !== null && (
          <>
            , <Time at={run.updatedAt} look="short" />
          </>
        )}
        {run.nextTryAt !== null && (
          <>
            , next try <NextTry at={run.nextTryAt} />
          </>
        )}
      </span>
    </li>
  );
}
