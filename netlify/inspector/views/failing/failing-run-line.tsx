/** One failing run: for whom, of which event, when. */
import type { ComponentChildren } from "preact";
import type { FailingRun } from "../../../api/schema/failing.ts";
import { EventType } from "../../components/event-type.tsx";
import { NextTry } from "../../components/handlers-state.tsx";
import { PrintableText } from "../../components/printable-text.tsx";
import { Time } from "../../components/time.tsx";
import { formatRoute, noFilter } from "../../routing/route.ts";

export function FailingRunLine({
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
