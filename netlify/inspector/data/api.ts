/** What the page asks of the API, one function for each question. Names and types are the schema's: page and API are deployed together. */
import {
  type Answer,
  type ApiCall,
  type CallFailure,
  callApi,
  withQuery,
} from "../../api/client/call-api.ts";
import { addForgotten, addReplay } from "../../api/client/sum-answers.ts";
import type { Changes, DeliveryDetail, FeedPage } from "../../api/schema/deliveries.ts";
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
import type { Health } from "../../api/schema/health.ts";
import type { Session } from "../../api/schema/session.ts";
import { waitForPointerUp } from "./wait-for-pointer-up.ts";

const TIMEOUT_MS = 20_000;

/** What `GET /api/session` gave for our writes, on the developer's machine; null elsewhere. */
let writeToken: string | null = null;

/** Told when the API no longer knows who is calling. */
export const signedOut = new EventTarget();

/** A 401 also goes to `signedOut`. */
async function call<Value>(path: string, what: ApiCall = {}): Promise<Answer<Value>> {
  const headers = what.method === undefined || writeToken === null ? {} : { "x-inspector-token": writeToken };
  const answer = await callApi<Value>({ origin: "", headers, timeoutMs: TIMEOUT_MS }, path, what);
  await waitForPointerUp();
  if (answer.outcome === "refused" && answer.status === 401 && path !== "session") {
    signedOut.dispatchEvent(new Event("signed-out"));
  }
  return answer;
}

const post = <Value>(path: string, body: object = {}) => call<Value>(path, { method: "POST", body });

/** A failure in words for a person. */
export function explain(failure: CallFailure): string {
  const { outcome, status } = failure;
  if (outcome === "refused") return failure.detail || `The server refused (${status}).`;
  if (status === null) return "No answer from the server. Is it still running?";
  // The limit is the platform's, and so are its words (`rateLimit` of `functions/api*.mts`).
  if (status === 429) return "Too many calls from this address. Wait a minute, then try again.";
  return `Something other than this site's API answered (${status}). If it stays so, the function's log says why.`;
}

/** Also keeps the token that writes carry on the developer's machine. */
export async function fetchSession(): Promise<Answer<Session>> {
  const answer = await call<Session>("session");
  if (answer.outcome === "ok") writeToken = answer.value.writeToken;
  return answer;
}
export const signIn = (password: string) => post<undefined>("session", { password });
export const signOut = () => call<undefined>("session", { method: "DELETE" });

/** @param watched ids of deliveries that are listed again, 50 at most. */
export const fetchChanges = (after: string, watched: readonly string[]) =>
  call<Changes>(withQuery("changes", { after, watch: watched }));
export const fetchDelivery = (id: string) => call<DeliveryDetail>(`deliveries/${encodeURIComponent(id)}`);
export const fetchBody = (id: string) =>
  call<string>(`deliveries/${encodeURIComponent(id)}/body`, { asText: true });

/** A question about events: the names and values of `GET /api/events`. */
export type EventQuery = Readonly<Record<string, string | readonly string[]>>;

export const fetchDeliveries = (query: EventQuery, cursor: string | null) =>
  call<FeedPage>(withQuery("deliveries", { ...query, cursor }));
export const fetchEvents = (query: EventQuery, cursor: string | null) =>
  call<EventPage>(withQuery("events", { ...query, cursor }));
export const fetchEvent = (uuid: string) => call<EventDetail>(`events/${encodeURIComponent(uuid)}`);
export const fetchEventTypes = (span: EventQuery) => call<EventTypes>(withQuery("event-types", span));
export const fetchActivity = (span: EventQuery, buckets: number) =>
  call<Activity>(withQuery("activity", { ...span, buckets }));

export const fetchFailing = () => call<Failing>("failing");
export const fetchFailingRuns = (group: { handler: string; fingerprint: string }, cursor: string | null) =>
  call<FailingRuns>(withQuery("failing/runs", { ...group, cursor }));
export const fetchHealth = () => call<Health>("health");
export const find = (text: string) => call<FindResult>(withQuery("find", { text }));
/** @param handler without one, every handler that the event is for. */
export const replayEvent = (uuid: string, handler?: string) =>
  post<ReplayResult>(`events/${encodeURIComponent(uuid)}/replay`, { handler });
export const replayFailing = (which: ReplayFailingBody) =>
  walk((cursor) => post<ReplayFailingResult>("failing/replay", { ...which, cursor }), addReplay);
export const discardFailing = (which: DiscardFailingBody) =>
  call<DiscardResult>("failing", { method: "DELETE", body: which });
export const fetchHandlers = () => call<HandlerStatuses>("handlers");
export const pauseHandler = (name: string) => post<PauseResult>(`handlers/${encodeURIComponent(name)}/pause`);
export const resumeHandler = (name: string) =>
  post<ResumeResult>(`handlers/${encodeURIComponent(name)}/resume`);
/** @param asked the body of `POST /api/forget`. */
export const forgetPerson = (asked: object) =>
  walk((after) => post<Forgotten>("forget", { ...asked, after }), addForgotten);
export const sendSample = () => post<undefined>("sample");

/** Asks until that was all. */
async function walk<Part extends { readonly next: string | null }>(
  ask: (next: string | undefined) => Promise<Answer<Part>>,
  add: (sum: Part | null, part: Part) => Part,
): Promise<Answer<Part>> {
  for (let sum: Part | null = null; ; ) {
    const answer: Answer<Part> = await ask(sum?.next ?? undefined);
    if (answer.outcome !== "ok") return answer;
    sum = add(sum, answer.value);
    if (sum.next === null) return { outcome: "ok", value: sum };
  }
}
