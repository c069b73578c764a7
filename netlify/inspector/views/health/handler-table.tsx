/** The handlers: what each listens to, how its last runs went, and what waits for it. */
import type { ComponentChildren } from "preact";
import type { HandlerStatus } from "../../../api/schema/handlers.ts";
import { shortError } from "../../../base/handler-sentence.ts";
import { Problem } from "../../components/problem.tsx";
import { Tag } from "../../components/tag.tsx";
import { EventType, PrintableText, Time } from "../../components/text.tsx";
import { fetchHandlers } from "../../data/api.ts";
import { useQuery } from "../../data/use-query.ts";
import { COUNT_LIMIT, cappedCount, counted, duration, shortTime } from "../../time.ts";
import { PauseButton } from "../failing/pause-button.tsx";

export function HandlerTable() {
  const { value, problem, again } = useQuery("handlers", fetchHandlers, "changes");
  return (
    <section class="handlers" aria-labelledby="handlers-title">
      <h2 id="handlers-title">Handlers</h2>
      {problem !== null && <Problem text={problem} retry={() => void again()} />}
      {value === null && problem === null && <p class="loading">Loading…</p>}
      {value?.handlers.length === 0 && <p class="help">There is none yet.</p>}
      {value !== null && value.handlers.length > 0 && (
        <table>
          <thead>
            <tr>
              <th scope="col">Handler</th>
              <th scope="col">State</th>
              <th scope="col">Succeeded</th>
              <th scope="col">95% within</th>
              <th scope="col">Now</th>
              <th scope="col">Last success</th>
              <th scope="col">Last failure</th>
            </tr>
          </thead>
          <tbody>
            {value.handlers.map((handler) => (
              <HandlerRow key={handler.name} handler={handler} onChanged={again} />
            ))}
          </tbody>
        </table>
      )}
      <p class="help">Of the last 1,000 runs that ended, of the last 24 hours at most.</p>
    </section>
  );
}

function HandlerRow({ handler, onChanged }: { handler: HandlerStatus; onChanged: () => Promise<void> }) {
  const { name, on, registered, pausedAt, settings, sync, runs } = handler;
  const { last, waiting, retrying, dead, oldestWaitingSince } = runs;
  const faults = settings.filter(({ problem }) => problem !== null);
  return (
    <tr>
      <th scope="row">
        <PrintableText text={name} />
        {on.map((type) => (
          <span class="aside" key={type}>
            <EventType type={type} />
          </span>
        ))}
        {faults.map(({ variable, problem }) => (
          <span class="fix" key={variable}>
            <PrintableText text={`${variable} ${problem}`} />
          </span>
        ))}
        {sync !== null && (
          <span class={sync.ok ? "aside" : "fix"}>
            {sync.present.toLocaleString("en-US")} in step. <PrintableText text={sync.sentence} />
            {sync.comparedAt !== null && (
              <>
                {" "}
                Last compared <Time at={sync.comparedAt} look="bare" />
              </>
            )}
          </span>
        )}
        {(registered || pausedAt !== null) && (
          <PauseButton
            handler={name}
            isPaused={pausedAt !== null}
            waiting={waiting + retrying}
            onChanged={onChanged}
          />
        )}
      </th>
      <Cell name="State">
        <StateTag handler={handler} />
      </Cell>
      <Cell name="Succeeded">
        {last.ended === 0
          ? "no run ended"
          : `${percent(last.succeeded / last.ended)} of ${cappedCount(last.ended)}`}
      </Cell>
      <Cell name="95% within">{last.p95Ms === null ? "–" : duration(last.p95Ms)}</Cell>
      <Cell name="Now">
        {waiting + retrying + dead === 0
          ? "nothing waits"
          : [
              waiting > 0 && `${cappedCount(waiting)} waiting`,
              retrying > 0 && `${cappedCount(retrying)} to be tried again`,
              dead > 0 && counted(dead, "dead letter", COUNT_LIMIT),
            ]
              .filter((part) => part !== false)
              .join(", ")}
        {oldestWaitingSince !== null && (
          <span class="aside">
            the oldest since <Time at={oldestWaitingSince} look="bare" />
          </span>
        )}
      </Cell>
      <Cell name="Last success">
        {runs.lastSuccessAt === null ? "–" : <Time at={runs.lastSuccessAt} look="bare" />}
      </Cell>
      <Cell name="Last failure">
        {runs.lastFailure === null ? (
          "–"
        ) : (
          <>
            <Time at={runs.lastFailure.at} look="bare" />
            <span class="aside">
              <PrintableText text={shortError(runs.lastFailure.error)} />
            </span>
          </>
        )}
      </Cell>
    </tr>
  );
}

/** On a narrow screen its column's name stands before it. */
function Cell({ name, children }: { name: string; children: ComponentChildren }) {
  return <td data-name={name}>{children}</td>;
}

function StateTag({ handler }: { handler: HandlerStatus }) {
  const { registered, pausedAt, circuitOpenUntil, failingSince } = handler;
  if (!registered) return <Tag>no longer there</Tag>;
  if (pausedAt !== null) return <Tag tone="warn">paused since {shortTime(pausedAt)}</Tag>;
  if (circuitOpenUntil !== null) {
    return (
      <Tag tone="bad" title="It failed again and again: its runs wait, and one probes then">
        circuit open until {shortTime(circuitOpenUntil)}
      </Tag>
    );
  }
  if (failingSince !== null) return <Tag tone="bad">failing since {shortTime(failingSince)}</Tag>;
  return <Tag tone="good">healthy</Tag>;
}

/** Never 100% where one failed. */
function percent(part: number): string {
  return part === 1 ? "100%" : `${Math.min(99.9, Math.floor(part * 1000) / 10)}%`;
}
