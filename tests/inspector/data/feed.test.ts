import { describe, expect, it } from "vitest";
import type {
  Changes,
  DeliverySummary,
  FeedItem,
  FeedPage,
  Rejection,
} from "../../../netlify/api/schema/deliveries.ts";
import {
  addChanges,
  addOlder,
  deliveriesOf,
  type Feed,
  openFeed,
  reopenFeed,
  timeOf,
  watchedOf,
} from "../../../netlify/inspector/data/feed.ts";

const at = (second: number) => new Date(Date.UTC(2026, 10, 24, 9, 0, second)).toISOString();

function aDelivery(id: string, receivedAt: string, changes: Partial<DeliverySummary> = {}): DeliverySummary {
  return {
    id,
    receivedAt,
    eventId: null,
    hookId: null,
    origin: "okta",
    hookdeck: null,
    eventCount: 1,
    newCount: 1,
    duplicateCount: 0,
    unreadableCount: 0,
    eventTypes: ["user.lifecycle.create"],
    firstSummary: null,
    firstEvent: null,
    tookMs: null,
    hasSchemaDeviations: false,
    handlers: { state: "done", nextTryAt: null, noRuns: null },
    ...changes,
  };
}

function aRejection(id: string, receivedAt: string): Rejection {
  return {
    id,
    receivedAt,
    method: "POST",
    path: "/",
    status: 401,
    reason: "the secret is wrong",
    headers: {},
  };
}

function changesWith(parts: Partial<Changes>): Changes {
  return {
    token: "a token",
    deliveries: [],
    rejections: [],
    more: false,
    dead: 0,
    retrying: 0,
    failing: [],
    handlers: [],
    loadProblem: null,
    ...parts,
  };
}

function pageOf(deliveries: DeliverySummary[], next: string | null = "older"): FeedPage {
  const items = deliveries.map((delivery): FeedItem => ({ kind: "delivery", delivery }));
  return { items, next, token: "a token" };
}

function feedOf(...deliveries: DeliverySummary[]): Feed {
  return openFeed(pageOf(deliveries));
}

const ids = (feed: Feed) => deliveriesOf(feed).map(({ id }) => id);

describe("the list of what came", () => {
  it("has what is new on top, and knows that it came while the page was open", () => {
    const feed = addChanges(
      feedOf(aDelivery("1", at(1))),
      changesWith({ deliveries: [aDelivery("2", at(2))] }),
    );
    expect(ids(feed)).toEqual(["2", "1"]);
    expect([...feed.arrived]).toEqual(["2"]);
  });

  it("has a delivery once, as it was told last", () => {
    const before = feedOf(aDelivery("1", at(1)));
    const feed = addChanges(before, changesWith({ deliveries: [aDelivery("1", at(1), { tookMs: 12 })] }));
    expect(deliveriesOf(feed)).toEqual([aDelivery("1", at(1), { tookMs: 12 })]);
    expect(feed.arrived.size).toBe(0);
  });

  it("puts rejected calls in between by their time", () => {
    const before = feedOf(aDelivery("2", at(3)), aDelivery("1", at(1)));
    const feed = addChanges(before, changesWith({ rejections: [aRejection("9", at(2))] }));
    expect(feed.items.map(({ kind }) => kind)).toEqual(["delivery", "rejection", "delivery"]);
  });

  it("orders deliveries of the same millisecond by their number, not by its text", () => {
    const feed = addChanges(
      feedOf(aDelivery("9", at(1))),
      changesWith({ deliveries: [aDelivery("10", at(1))] }),
    );
    expect(ids(feed)).toEqual(["10", "9"]);
  });

  it("goes on with older ones below", () => {
    const feed = addOlder(feedOf(aDelivery("2", at(2))), pageOf([aDelivery("1", at(1))], null));
    expect(ids(feed)).toEqual(["2", "1"]);
    expect(feed.next).toBeNull();
  });

  it("stays the same list where nothing is new, so that nothing is drawn again", () => {
    const feed = feedOf(aDelivery("1", at(1)));
    expect(addChanges(feed, changesWith({}))).toBe(feed);
  });

  it("begins anew after a gap, and knows what came in it", () => {
    const page = pageOf([aDelivery("90", at(9)), aDelivery("89", at(8))]);
    const feed = reopenFeed(feedOf(aDelivery("1", at(1))), page);
    expect(ids(feed)).toEqual(["90", "89"]);
    expect([...feed.arrived].sort()).toEqual(["89", "90"]);
    expect(feed.next).toBe("older");
  });

  it("keeps its older rows where the newest page reaches down to them: there is no gap", () => {
    const before = addOlder(feedOf(aDelivery("2", at(2))), pageOf([aDelivery("1", at(1))], null));
    const feed = reopenFeed(before, pageOf([aDelivery("3", at(3)), aDelivery("2", at(2))]));
    expect(ids(feed)).toEqual(["3", "2", "1"]);
    expect(feed.next).toBeNull();
  });

  it("has another revision once something came or its handlers stand otherwise, not for an answer's time", () => {
    const before = feedOf(aDelivery("1", at(1)));
    const told = (changes: Partial<DeliverySummary>) =>
      addChanges(before, changesWith({ deliveries: [aDelivery("1", at(1), changes)] })).revision;
    expect(told({ tookMs: 12 })).toBe(0);
    expect(told({ handlers: { state: "dead", nextTryAt: null, noRuns: null } })).toBe(1);
    expect(addChanges(before, changesWith({ dead: 1 })).revision).toBe(1);
  });

  it("watches the deliveries whose state is not the last word, the newest 50 of them", () => {
    const states = ["done", "retrying", "none", "dead", "waiting"] as const;
    const deliveries = states.map((state, index) =>
      aDelivery(String(index), at(9 - index), { handlers: { state, nextTryAt: null, noRuns: null } }),
    );
    expect(watchedOf(feedOf(...deliveries))).toEqual(["1", "3", "4"]);
  });

  it("keeps the last 200 rejected calls, as the store does", () => {
    const rejections = Array.from({ length: 250 }, (_, number) => aRejection(String(number), at(number)));
    const feed = addChanges(feedOf(), changesWith({ rejections }));
    expect(feed.items).toHaveLength(200);
    const [newest] = feed.items;
    expect(newest && timeOf(newest)).toBe(at(249));
  });
});
