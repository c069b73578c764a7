/** What is read first, on every view: that the code does not load, and each handler that is failing or paused, with what can be done. */

import type { FailingHandler } from "../api/schema/handlers.ts";
import { handlerSentence } from "../base/handler-sentence.ts";
import { ConfirmButton } from "./components/buttons.tsx";
import { PrintableText } from "./components/text.tsx";
import { useLive } from "./data/use-live.ts";
import { COUNT_LIMIT, cappedCount, shortTime } from "./time.ts";
import { PauseButton } from "./views/failing/pause-button.tsx";
import { useFailingActions } from "./views/failing/use-failing-actions.ts";

/** More handlers are named on Failing. */
const MAX_SHOWN = 3;

export function FailingBanner() {
  const { feed } = useLive();
  if (feed === null) return null;
  const { failing, loadProblem } = feed;
  if (loadProblem === null && failing.length === 0) return null;
  return (
    <section class="banners" aria-label="What needs you">
      {loadProblem !== null && (
        <div class="banner bad" role="alert">
          <p>
            <PrintableText text={loadProblem} />. No handler runs.
          </p>
        </div>
      )}
      {failing.slice(0, MAX_SHOWN).map((handler) => (
        <HandlerBanner key={handler.handler} handler={handler} />
      ))}
      {failing.length > MAX_SHOWN && (
        <p class="banner">
          <a href="#/failing">And {failing.length - MAX_SHOWN} more that fail or are paused</a>
        </p>
      )}
    </section>
  );
}

function HandlerBanner({
  handler: { handler, failingSince, pausedAt, registered, ...facts },
}: {
  handler: FailingHandler;
}) {
  const { askNow } = useLive();
  const actions = useFailingActions(async () => askNow());
  const sentence = handlerSentence({
    ...facts,
    handler,
    failingSince: failingSince && shortTime(failingSince),
    pausedSince: pausedAt && shortTime(pausedAt),
    isCapped: facts.waiting >= COUNT_LIMIT,
  });
  return (
    <div class={pausedAt === null ? "banner bad" : "banner"}>
      <p>
        <a href="#/failing">
          <PrintableText text={sentence} />
        </a>
      </p>
      <span class="actions">
        {pausedAt === null && registered && facts.waiting > 0 && (
          <ConfirmButton
            label="Try all now"
            question="Those that failed are tried at once."
            confirmLabel={`Try ${cappedCount(facts.waiting)} now`}
            busy={actions.busy}
            onConfirm={() => actions.replay({ handler, state: "retrying" })}
          />
        )}
        {(registered || pausedAt !== null) && (
          <PauseButton
            handler={handler}
            isPaused={pausedAt !== null}
            waiting={facts.waiting}
            onChanged={async () => askNow()}
          />
        )}
      </span>
      <span role="status" class="said">
        {actions.said}
      </span>
    </div>
  );
}
