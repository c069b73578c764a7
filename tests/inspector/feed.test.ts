import { describe, expect, it } from "vitest";
import type { Changes, DeliverySummary, Rejection } from "../../netlify/api/contract.ts";
import { addChanges, addOlder, deliveriesOf, type Feed, openFeed } from "../../netlify/inspector/feed.ts";

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
    tookMs: null,
    odd: false,
    handlers: { state: "done", nextTryAt: null },
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
  return { token: "a token", deliveries: [], rejections: [], more: false, dead: 0, retrying: 0, ...parts };
}

function feedOf(...deliveries: DeliverySummary[]): Feed {
  return openFeed(changesWith({ deliveries }), { deliveries, next: "older" });
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
    expect(ids(feedOf(aDelivery("9", at(1)), aDelivery("10", at(1))))).toEqual(["10", "9"]);
  });

  it("goes on with older ones below", () => {
    const feed = addOlder(feedOf(aDelivery("2", at(2))), { deliveries: [aDelivery("1", at(1))], next: null });
    expect(ids(feed)).toEqual(["2", "1"]);
    expect(feed.next).toBeNull();
  });

  it("stays the same list where nothing is new, so that nothing is drawn again", () => {
    const feed = feedOf(aDelivery("1", at(1)));
    expect(addChanges(feed, changesWith({}))).toBe(feed);
  });

  it("begins anew after a gap, and knows what came in it", () => {
    const page = { deliveries: [aDelivery("90", at(9)), aDelivery("89", at(8))], next: "older" };
    const feed = openFeed(changesWith({ deliveries: page.deliveries }), page, feedOf(aDelivery("1", at(1))));
    expect(ids(feed)).toEqual(["90", "89"]);
    expect([...feed.arrived].sort()).toEqual(["89", "90"]);
  });

  it("keeps the last 200 rejected calls, as the store does", () => {
    const rejections = Array.from({ length: 250 }, (_, number) => aRejection(String(number), at(number)));
    const feed = addChanges(feedOf(), changesWith({ rejections }));
    expect(feed.items).toHaveLength(200);
    expect(feed.items[0]?.at).toBe(at(249));
  });
});
