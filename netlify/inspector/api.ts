/** What the page asks of the API, one function for each question. Words and types are the contract's. */
import type {
  Activity,
  Changes,
  DeadPage,
  DeadReplayed,
  DeliveryDetail,
  DeliveryPage,
  EventDetail,
  EventPage,
  EventTypes,
  Replayed,
  Session,
} from "../api/contract.ts";
import { type Answer, callApi, keepWriteToken } from "./call-api.ts";

/** Also keeps the token that writes carry on the developer's machine. */
export async function fetchSession(): Promise<Answer<Session>> {
  const answer = await callApi<Session>("session");
  if (answer.outcome === "ok") keepWriteToken(answer.value.writeToken);
  return answer;
}
export const signIn = (password: string) =>
  callApi<undefined>("session", { method: "POST", body: { password } });
export const signOut = () => callApi<undefined>("session", { method: "DELETE" });

export const fetchChanges = (after: string | null) =>
  callApi<Changes>(withQuery("changes", after === null ? [] : [["after", after]]));
export const fetchDeliveries = (cursor: string | null) =>
  callApi<DeliveryPage>(withQuery("deliveries", paging(cursor)));
export const fetchDelivery = (id: string) => callApi<DeliveryDetail>(`deliveries/${encodeURIComponent(id)}`);

/** A question about events: the names and values of `GET /api/events`. */
export type EventQuery = readonly (readonly [name: string, value: string])[];

export const fetchEvents = (query: EventQuery, cursor: string | null) =>
  callApi<EventPage>(withQuery("events", [...query, ...paging(cursor)]));
export const fetchEvent = (uuid: string) => callApi<EventDetail>(`events/${encodeURIComponent(uuid)}`);
export const fetchEventTypes = (span: EventQuery) => callApi<EventTypes>(withQuery("event-types", span));
export const fetchActivity = (span: EventQuery, buckets: number) =>
  callApi<Activity>(withQuery("activity", [...span, ["buckets", String(buckets)]]));

export const fetchDead = (cursor: string | null) => callApi<DeadPage>(withQuery("dead", paging(cursor)));
/** @param handler without one, every handler that the event is for. */
export const replayEvent = (uuid: string, handler?: string) =>
  callApi<Replayed>(`events/${encodeURIComponent(uuid)}/replay`, {
    method: "POST",
    body: handler === undefined ? {} : { handler },
  });
export const replayDead = () => callApi<DeadReplayed>("dead/replay", { method: "POST" });
export const sendSample = () => callApi<undefined>("sample", { method: "POST" });

function paging(cursor: string | null): [string, string][] {
  return cursor === null ? [] : [["cursor", cursor]];
}

function withQuery(path: string, query: EventQuery): string {
  const text = new URLSearchParams(query.map(([name, value]) => [name, value])).toString();
  return text === "" ? path : `${path}?${text}`;
}
