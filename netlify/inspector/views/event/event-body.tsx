/** One event, all that is known of it: who did what to whom, from where; its handlers; its JSON. */
import { useMemo } from "preact/hooks";
import type { EventDetail, Party } from "../../../api/schema/events.ts";
import { CopyButton } from "../../components/buttons.tsx";
import { Fact, Facts, SchemaDeviations } from "../../components/facts.tsx";
import { Problem } from "../../components/problem.tsx";
import { OutcomeTag, Tag } from "../../components/tag.tsx";
import { EventType, PrintableText, Sentence, Time } from "../../components/text.tsx";
import { fetchEvent } from "../../data/api.ts";
import { useLive } from "../../data/use-live.ts";
import { useQuery } from "../../data/use-query.ts";
import { JsonView } from "../../json/json-view.tsx";
import { formatRoute, noFilter } from "../../routing/route.ts";
import { duration } from "../../time.ts";
import { readParticulars } from "./read-particulars.ts";
import { Runs } from "./runs.tsx";
import { Targets } from "./targets.tsx";

/** @param within in its delivery it needs no link to it. */
export function EventBody({ uuid, within }: { uuid: string; within: "delivery" | "page" }) {
  const { value, problem, again } = useQuery(uuid, fetchEvent, isChanging);
  const { askNow } = useLive();

  if (problem !== null) return <Problem text={problem} retry={again} />;
  if (value === null) return <p class="loading">Loading…</p>;
  const replayed = async () => {
    await again();
    askNow();
  };
  return <EventFacts event={value} within={within} onReplayed={replayed} />;
}

function EventFacts({
  event,
  within,
  onReplayed,
}: {
  event: EventDetail;
  within: "delivery" | "page";
  onReplayed: () => Promise<void>;
}) {
  const { reason, ip, place, device, targets } = useMemo(() => readParticulars(event.json), [event.json]);
  const delayMs = Date.parse(event.receivedAt) - Date.parse(event.published);
  const where = [ip, place, device].filter((part) => part !== null).join(" · ");
  return (
    <>
      {within === "page" && (
        <>
          <h2>
            <EventType type={event.eventType} />
          </h2>
          <p class="lead">
            <Sentence text={event.summary} about={[event.target, event.actor]} />
          </p>
        </>
      )}
      <Facts>
        <Fact name="Who">{event.actor && <PartyText party={event.actor} field="actor" />}</Fact>
        <Fact name="To whom">
          {targets.length > 0 ? (
            <Targets targets={targets} />
          ) : (
            event.target && <PartyText party={event.target} field="target" />
          )}
        </Fact>
        <Fact name="Outcome">
          {event.outcome !== null && (
            <>
              <OutcomeTag outcome={event.outcome} /> {reason !== null && <PrintableText text={reason} />}
            </>
          )}
        </Fact>
        <Fact name="From where">{where !== "" && <PrintableText text={where} />}</Fact>
        <Fact name="Published">
          <Time at={event.published} />
          {delayMs >= 0 && <span class="aside"> received {duration(delayMs)} later</span>}
        </Fact>
        <Fact name="Severity">{event.severity !== null && <PrintableText text={event.severity} />}</Fact>
        <Fact name="uuid">
          {within === "delivery" ? (
            <a href={formatRoute({ view: "events", filter: noFilter, uuid: event.uuid })}>
              <PrintableText text={event.uuid} />
            </a>
          ) : (
            <PrintableText text={event.uuid} />
          )}{" "}
          <CopyButton text={event.uuid} what="the uuid" />
          <CopyButton text={linkOf(event)} what="the link to this event" label="Copy link" />
        </Fact>
        <Fact name="Delivery">
          {within === "page" && (
            <a href={formatRoute({ view: "deliveries", filter: noFilter, delivery: event.deliveryId })}>
              of <Time at={event.receivedAt} />
            </a>
          )}
        </Fact>
      </Facts>
      <Runs event={event} onReplayed={onReplayed} />
      <SchemaDeviations deviations={event.schemaDeviations} what="event" />
      {event.json === null ? (
        <p class="help">
          <Tag>forgotten</Tag> Its payload is gone: past its retention (RETENTION_DAYS), or somebody in it was
          forgotten. That it came is still known.
        </p>
      ) : (
        <JsonView text={event.json} what="the event" />
      )}
    </>
  );
}

function PartyText({ party, field }: { party: Party; field: "actor" | "target" }) {
  const { id, login, name } = party;
  const search = id ?? login;
  return (
    <>
      <PrintableText text={name ?? login ?? id ?? "nobody named"} />
      {login !== null && login !== name && (
        <span class="aside">
          {" "}
          <PrintableText text={login} />
        </span>
      )}
      {login !== null && <CopyButton text={login} what="the login" label="Copy login" />}
      {id !== null && <CopyButton text={id} what="the id" label="Copy id" />}
      {search !== null && (
        <a
          class="more-of"
          href={formatRoute({ view: "events", filter: { ...noFilter, [field]: search }, uuid: null })}
        >
          other events
        </a>
      )}
    </>
  );
}

function linkOf({ uuid }: EventDetail): string {
  return `${location.origin}/${formatRoute({ view: "events", filter: noFilter, uuid })}`;
}

const YOUNG_MS = 15_000;

/** Whether its runs may be about to change: then it is asked for again. */
function isChanging({ runs, receivedAt }: EventDetail): boolean {
  if (Date.now() - Date.parse(receivedAt) < YOUNG_MS) return true;
  return runs.some(({ state }) => state === "waiting" || state === "running" || state === "retrying");
}
