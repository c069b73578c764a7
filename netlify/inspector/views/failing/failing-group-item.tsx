/** The runs of one handler that failed alike: how many, since when, three of them, and what can be done about all of them. */
import { useState } from "preact/hooks";
import type { FailingGroup } from "../../../api/schema/failing.ts";
import { ConfirmButton } from "../../components/buttons.tsx";
import { NextTry, Tag } from "../../components/tag.tsx";
import { PrintableText, Time } from "../../components/text.tsx";
import { formatRoute, noFilter } from "../../routing/route.ts";
import { COUNT_LIMIT, cappedCount, counted } from "../../time.ts";
import { GroupRuns } from "./group-runs.tsx";
import { PauseButton } from "./pause-button.tsx";
import type { FailingActions } from "./use-failing-actions.ts";

export function FailingGroupItem({
  group,
  actions,
  onChanged,
}: {
  group: FailingGroup;
  actions: FailingActions;
  onChanged: () => Promise<void>;
}) {
  const { handler, fingerprint, error, dead, retrying, pausedAt, registered } = group;
  const [isOpen, setIsOpen] = useState(false);
  const all = { handler, fingerprint };
  const many = counted(dead + retrying, "run", COUNT_LIMIT);
  return (
    <li class={dead > 0 ? "group" : "group waits"}>
      <div class="group-head">
        <strong>
          <PrintableText text={handler} />
        </strong>
        {dead > 0 && <Tag tone="bad">{cappedCount(dead)} dead</Tag>}
        {retrying > 0 && (
          <Tag tone="warn">
            {pausedAt === null
              ? `${cappedCount(retrying)} to be tried again`
              : `paused, ${cappedCount(retrying)} wait`}
          </Tag>
        )}
        {!registered && <Tag title="No handler of this name is in netlify/handlers/index.ts">gone</Tag>}
        <span class="actions">
          {retrying > 0 && registered && pausedAt === null && (
            <ConfirmButton
              label="Try all now"
              question={`${cappedCount(retrying)} are tried at once.`}
              confirmLabel={`Try ${counted(retrying, "run", COUNT_LIMIT)} now`}
              busy={actions.busy}
              onConfirm={() => actions.replay({ ...all, state: "retrying" })}
            />
          )}
          {(registered || pausedAt !== null) && (
            <PauseButton
              handler={handler}
              isPaused={pausedAt !== null}
              waiting={retrying}
              onChanged={onChanged}
            />
          )}
          {dead > 0 && registered && (
            <ConfirmButton
              label="Replay all"
              question="Each runs again for its event."
              confirmLabel={`Replay ${counted(dead, "dead letter", COUNT_LIMIT)}`}
              busy={actions.busy}
              onConfirm={() => actions.replay({ ...all, state: "dead" })}
            />
          )}
          {dead > 0 && (
            <ConfirmButton
              label="Discard all"
              question="They leave this list. Their events stay."
              confirmLabel={`Discard ${counted(dead, "dead letter", COUNT_LIMIT)}`}
              busy={actions.busy}
              busyLabel="Discarding…"
              onConfirm={() => actions.discard(all)}
            />
          )}
        </span>
      </div>
      <pre class="error">
        <PrintableText text={error ?? "No error was kept."} />
      </pre>
      <p class="aside">
        since <Time at={group.since} look="short" />, last <Time at={group.lastAt} look="short" />
        {group.nextTryAt !== null && (
          <>
            , next try <NextTry at={group.nextTryAt} />
          </>
        )}
      </p>
      <p>
        For{" "}
        {group.examples.map((example, index) => (
          <span key={example.uuid}>
            {index > 0 && ", "}
            <a href={formatRoute({ view: "events", filter: noFilter, uuid: example.uuid })}>
              <PrintableText text={nameOf(example)} />
            </a>
          </span>
        ))}
        {dead + retrying > group.examples.length &&
          ` and ${cappedCount(dead + retrying - group.examples.length)} more`}
      </p>
      <button type="button" class="quiet" aria-expanded={isOpen} onClick={() => setIsOpen(!isOpen)}>
        {isOpen ? "Hide its runs" : `Show ${many}`}
      </button>
      {isOpen && <GroupRuns group={group} actions={actions} />}
    </li>
  );
}

function nameOf({ uuid, person }: FailingGroup["examples"][number]): string {
  return person?.name ?? person?.login ?? person?.id ?? uuid;
}
