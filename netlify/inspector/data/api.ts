/** What the page asks of the API, one function for each question. Words and types are the contract's. */
import type { Changes, DeliveryBody, DeliveryDetail, FeedPage } from "../../api/schema/deliveries.ts";
import type { Activity, EventDetail, EventPage, EventTypes } from "../../api/schema/events.ts";
import type {
  DiscardFailingBody,
  DiscardResult,
  Failing,
  FailingRuns,
  ReplayFailingBody,
  ReplayFailingResult,
  ReplayResult,
} from "../../api/schema/failing.ts";
import type { FindResult } from "../../api/schema/find.ts";
import type { Forgotten } from "../../api/schema/forget.ts";
import type { HandlerStatuses, PauseResult, ResumeResult } from "../../api/schema/handlers.ts";
import type { Health, Setup } from "../../api/schema/health.ts";
import type { Session } from "../../api/schema/session.ts";
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

/** @param watched ids of deliveries that are told again, 50 at most. */
export const fetchChanges = (after: string, watched: readonly string[]) =>
  callApi<Changes>(withQuery("changes", [["after", after], ...watched.map((id) => ["watch", id] as const)]));
export const fetchDelivery = (id: string) => callApi<DeliveryDetail>(`deliveries/${encodeURIComponent(id)}`);
/** The whole body, however many answers it takes. */
export async function fetchBody(id: string): Promise<Answer<DeliveryBody>> {
  const parts: string[] = [];
  for (let from: number | null = 0; ; ) {
    const path: string = withQuery(`deliveries/${encodeURIComponent(id)}/body`, [["from", String(from)]]);
    const answer: Answer<DeliveryBody> = await callApi<DeliveryBody>(path);
    if (answer.outcome !== "ok" || answer.value.text === null) return answer;
    parts.push(answer.value.text);
    if (answer.value.next === null)
      return { outcome: "ok", value: { ...answer.value, text: parts.join("") } };
    from = answer.value.next;
  }
}

/** A question about events: the names and values of `GET /api/events`. */
export type EventQuery = readonly (readonly [name: string, value: string])[];

export const fetchDeliveries = (query: EventQuery, cursor: string | null) =>
  callApi<FeedPage>(withQuery("deliveries", [...query, ...paging(cursor)]));
export const fetchEvents = (query: EventQuery, cursor: string | null) =>
  callApi<EventPage>(withQuery("events", [...query, ...paging(cursor)]));
export const fetchEvent = (uuid: string) => callApi<EventDetail>(`events/${encodeURIComponent(uuid)}`);
export const fetchEventTypes = (span: EventQuery) => callApi<EventTypes>(withQuery("event-types", span));
export const fetchActivity = (span: EventQuery, buckets: number) =>
  callApi<Activity>(withQuery("activity", [...span, ["buckets", String(buckets)]]));

export const fetchFailing = () => callApi<Failing>("failing");
export const fetchFailingRuns = (group: { handler: string; fingerprint: string }, cursor: string | null) =>
  callApi<FailingRuns>(withQuery("failing/runs", [...Object.entries(group), ...paging(cursor)]));
export const fetchSetup = () => callApi<Setup>("setup");
export const fetchHealth = () => callApi<Health>("health");
export const find = (text: string) => callApi<FindResult>(withQuery("find", [["text", text]]));
/** @param handler without one, every handler that the event is for. */
export const replayEvent = (uuid: string, handler?: string) =>
  callApi<ReplayResult>(`events/${encodeURIComponent(uuid)}/replay`, {
    method: "POST",
    body: handler === undefined ? {} : { handler },
  });
/** In as many calls as it takes. */
export async function replayFailing(
  which: ReplayFailingBody,
): Promise<Answer<Omit<ReplayFailingResult, "next">>> {
  const left = new Map<ReplayFailingResult["left"][number]["reason"], number>();
  let queued = 0;
  for (let cursor: string | undefined; ; ) {
    const body = { ...which, cursor };
    const answer = await callApi<ReplayFailingResult>("failing/replay", { method: "POST", body });
    if (answer.outcome !== "ok") return answer;
    queued += answer.value.queued;
    for (const { reason, count } of answer.value.left) left.set(reason, (left.get(reason) ?? 0) + count);
    if (answer.value.next === null) {
      return {
        outcome: "ok",
        value: { queued, left: [...left].map(([reason, count]) => ({ reason, count })) },
      };
    }
    cursor = answer.value.next;
  }
}
export const discardFailing = (which: DiscardFailingBody) =>
  callApi<DiscardResult>("failing", { method: "DELETE", body: which });
export const fetchHandlers = () => callApi<HandlerStatuses>("handlers");
export const pauseHandler = (name: string) =>
  callApi<PauseResult>(`handlers/${encodeURIComponent(name)}/pause`, { method: "POST", body: {} });
export const resumeHandler = (name: string) =>
  callApi<ResumeResult>(`handlers/${encodeURIComponent(name)}/resume`, { method: "POST", body: {} });
/** @param asked the body of `POST /api/forget`. */
export const forgetSlice = (asked: object) => callApi<Forgotten>("forget", { method: "POST", body: asked });
export const sendSample = () => callApi<undefined>("sample", { method: "POST" });

function paging(cursor: string | null): [string, string][] {
  return cursor === null ? [] : [["cursor", cursor]];
}

function withQuery(path: string, query: EventQuery): string {
  const text = new URLSearchParams(query.map(([name, value]) => [name, value])).toString();
  return text === "" ? path : `${path}?${text}`;
}
