/** The list of what came: deliveries and, locally, rejected calls, newest first. Pure: answers in, the next list out. */
import type { Changes, DeliveryPage, DeliverySummary, Rejection } from "../api/contract.ts";

export type FeedItem =
  | { readonly kind: "delivery"; readonly at: string; readonly delivery: DeliverySummary }
  | { readonly kind: "rejection"; readonly at: string; readonly rejection: Rejection };

export interface Feed {
  /** Newest first. */
  readonly items: readonly FeedItem[];
  /** Where older deliveries go on; null: these are all. */
  readonly next: string | null;
  /** Dead letters in all. */
  readonly dead: number;
  /** Ids of the deliveries that arrived while the page was open. */
  readonly arrived: ReadonlySet<string>;
}

/** How many rejected calls the list keeps: as many as the store does. */
const MAX_REJECTIONS = 200;

/** The list as it is when the page opens; after a gap, `before` tells what had been there. */
export function openFeed(changes: Changes, page: DeliveryPage, before: Feed | null = null): Feed {
  const deliveries = [...page.deliveries, ...changes.deliveries];
  return {
    items: merge([], deliveries, changes.rejections),
    next: page.next,
    dead: changes.dead,
    arrived: before === null ? new Set() : withFresh(before, deliveries),
  };
}

/** What is new comes on top; a delivery that is told again replaces what was known of it. */
export function addChanges(feed: Feed, changes: Changes): Feed {
  const nothingNew = changes.deliveries.length === 0 && changes.rejections.length === 0;
  if (nothingNew && changes.dead === feed.dead) return feed;
  return {
    ...feed,
    items: nothingNew ? feed.items : merge(feed.items, changes.deliveries, changes.rejections),
    dead: changes.dead,
    arrived: withFresh(feed, changes.deliveries),
  };
}

/** The following page of older deliveries. */
export function addOlder(feed: Feed, page: DeliveryPage): Feed {
  return { ...feed, items: merge(feed.items, page.deliveries, []), next: page.next };
}

/** The deliveries of the list alone. */
export function deliveriesOf(feed: Feed): DeliverySummary[] {
  return feed.items.flatMap((item) => (item.kind === "delivery" ? [item.delivery] : []));
}

/** What had arrived, and those of `deliveries` that were not known. */
function withFresh(feed: Feed, deliveries: readonly DeliverySummary[]): Feed["arrived"] {
  const known = new Set(deliveriesOf(feed).map(({ id }) => id));
  const fresh = deliveries.filter(({ id }) => !known.has(id)).map(({ id }) => id);
  return fresh.length === 0 ? feed.arrived : new Set([...feed.arrived, ...fresh]);
}

function merge(
  items: readonly FeedItem[],
  deliveries: readonly DeliverySummary[],
  rejections: readonly Rejection[],
): FeedItem[] {
  const byKey = new Map(items.map((item) => [keyOf(item), item]));
  const added: FeedItem[] = [
    ...deliveries.map((delivery) => ({ kind: "delivery" as const, at: delivery.receivedAt, delivery })),
    ...rejections.map((rejection) => ({ kind: "rejection" as const, at: rejection.receivedAt, rejection })),
  ];
  for (const item of added) byKey.set(keyOf(item), item);
  let rejectionsLeft = MAX_REJECTIONS;
  return [...byKey.values()]
    .sort(newestFirst)
    .filter((item) => item.kind === "delivery" || rejectionsLeft-- > 0);
}

export function keyOf(item: FeedItem): string {
  return item.kind === "delivery" ? `delivery ${item.delivery.id}` : `rejection ${item.rejection.id}`;
}

function newestFirst(one: FeedItem, other: FeedItem): number {
  const byTime = Date.parse(other.at) - Date.parse(one.at);
  if (byTime !== 0 || one.kind !== "delivery" || other.kind !== "delivery") return byTime;
  // Ids are decimal texts of any length: the longer is the larger.
  const { id: oneId } = one.delivery;
  const { id: otherId } = other.delivery;
  return otherId.length - oneId.length || (oneId < otherId ? 1 : -1);
}
