/** A handler that is paused, or failing, of which no run has failed by now: how many wait for it. */
import type { FailingHandler } from "../../../api/schema/failing.ts";
import { PrintableText } from "../../components/printable-text.tsx";
import { Tag } from "../../components/tag.tsx";
import { Time } from "../../components/time.tsx";
import { cappedCount } from "../../time.ts";
import { PauseButton } from "./pause-button.tsx";

export function HandlerLine({
  handler: { handler, pausedAt, failingSince, waiting },
  onChanged,
}: {
  handler: FailingHandler;
  onChanged: () => Promise<void>;
}) {
  const since = pausedAt ?? failingSince;
  return (
    <li class="group waits">
      <div class="group-head">
        <strong>
          <PrintableText text={handler} />
        </strong>
        <Tag tone="warn">
          {pausedAt === null ? "failing" : "paused"}, {cappedCount(waiting)} wait
        </Tag>
        {since !== null && (
          <span class="aside">
            since <Time at={since} />
          </span>
        )}
        <span class="actions">
          <PauseButton
            handler={handler}
            isPaused={pausedAt !== null}
            waiting={waiting}
            onChanged={onChanged}
          />
        </span>
      </div>
    </li>
  );
}
