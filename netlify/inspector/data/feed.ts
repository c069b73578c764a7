/** The list of what came: deliveries and, locally, rejected calls, newest first. Pure: answers in, the next list out. */
import type { Changes, DeliverySummary, FeedItem, FeedPage } from "../../api/schema/deliveries.ts";

export interface Feed {
  /** Newest first. */
  readonly items: readonly FeedItem[];
  /** Where older ones go on; null: these are all. */
  readonly next: string | null;
  /** Dead letters, and runs that failed and are tried again: each counted up to 1,000. */
  readonly dead: number;
  readonly retrying: number;
  /** Handlers that are failing or paused. */
  readonly failing: Changes["failing"];
  /** The names of all handlers. */
  readonly handlers: readonly string[];
  /** Why the code does not load; null: it does, or nobody has said yet. */
  readonly loadProblem: string | null;
  /** Ids of the deliveries that arrived while the page was open. */
  readonly arrived: ReadonlySet<string>;
  /** One more each time that something came, or stands otherwise with its handlers: other lists are asked for anew then. */
  readonly revision: number;
}

/** How many rejected calls the list keeps: as many as the store does. */
const MAX_REJECTIONS = 200;
/** How many deliveries are asked for again with each question: as many as the API takes. */
const MAX_WATCHED = 50;

/** The list as it is when the page opens. */
export function openFeed(page: FeedPage): Feed {
  return {
    items: page.items,
    next: page.next,
    dead: 0,
    retrying: 0,
    failing: [],
    handlers: [],
    loadProblem: null,
    arrived: new Set(),
    revision: 0,
  };
}

/**
 * The newest page, read anew because too much came at once. Where it does not reach down to what was known, older rows go: the
 * list has no gap.
 */
export function reopenFeed(feed: Feed, page: FeedPage): Feed {
  const known = new Set(feed.items.map(keyOf));
  const meets = page.next === null || page.items.some((item) => known.has(keyOf(item)));
  return {
    ...feed,
    items: meets ? merge(feed.items, page.items) : page.items,
    next: meets ? feed.next : page.next,
    arrived: withFresh(feed, page.items),
    revision: feed.revision + 1,
  };
}

/** What is new comes on top; a delivery that comes again replaces the one before. */
export function addChanges(feed: Feed, changes: Changes): Feed {
  const { dead, retrying, failing, handlers, loadProblem } = changes;
  const added: FeedItem[] = [
    ...changes.deliveries.map((delivery) => ({ kind: "delivery" as const, delivery })),
    ...changes.rejections.map((rejection) => ({ kind: "rejection" as const, rejection })),
  ];
  const states = new Map(deliveriesOf(feed).map(({ id, handlers }) => [id, stateOf(handlers)]));
  const turned =
    dead !== feed.dead ||
    retrying !== feed.retrying ||
    loadProblem !== feed.loadProblem ||
    JSON.stringify([failing, handlers]) !== JSON.stringify([feed.failing, feed.handlers]) ||
    changes.deliveries.some(({ id, handlers }) => states.get(id) !== stateOf(handlers));
  if (!turned && added.length === 0) return feed;
  return {
    ...feed,
    items: added.length === 0 ? feed.items : merge(feed.items, added),
    ...{ dead, retrying, failing, handlers, loadProblem },
    arrived: withFresh(feed, added),
    revision: turned ? feed.revision + 1 : feed.revision,
  };
}

/** The following page of older ones. */
export function addOlder(feed: Feed, page: FeedPage): Feed {
  return { ...feed, items: merge(feed.items, page.items), next: page.next };
}

/** The deliveries whose state is not the last word: the newest of them. */
export function watchedOf(feed: Feed): string[] {
  return deliveriesOf(feed)
    .filter(({ handlers: { state } }) => state !== "done" && state !== "none")
    .slice(0, MAX_WATCHED)
    .map(({ id }) => id);
}

/** The deliveries of the list alone. */
export function deliveriesOf(feed: Feed): DeliverySummary[] {
  return feed.items.flatMap((item) => (item.kind === "delivery" ? [item.delivery] : []));
}

export function keyOf(item: FeedItem): string {
  return item.kind === "delivery" ? `delivery ${item.delivery.id}` : `rejection ${item.rejection.id}`;
}

/** When it came. */
export function timeOf(item: FeedItem): string {
  return item.kind === "delivery" ? item.delivery.receivedAt : item.rejection.receivedAt;
}

function stateOf({ state, nextTryAt }: DeliverySummary["handlers"]): string {
  return `${state} ${nextTryAt}`;
}

/** What had arrived, and those deliveries of `added` that were not known. */
function withFresh(feed: Feed, added: readonly FeedItem[]): Feed["arrived"] {
  const known = new Set(deliveriesOf(feed).map(({ id }) => id));
  const fresh = added.flatMap((item) =>
    item.kind === "delivery" && !known.has(item.delivery.id) ? [item.delivery.id] : [],
  );
  return fresh.length === 0 ? feed.arrived : new Set([...feed.arrived, ...fresh]);
}

function merge(items: readonly FeedItem[], added: readonly FeedItem[]): FeedItem[] {
  const byKey = new Map(items.map((item) => [keyOf(item), item]));
  for (const item of added) byKey.set(keyOf(item), item);
  let rejectionsLeft = MAX_REJECTIONS;
  return [...byKey.values()]
    .sort(newestFirst)
    .filter((item) => item.kind === "delivery" || rejectionsLeft-- > 0);
}

function newestFirst(one: FeedItem, other: FeedItem): number {
  const byTime = Date.parse(timeOf(other)) - Date.parse(timeOf(one));
  if (byTime !== 0 || one.kind !== "delivery" || other.kind !== "delivery") return byTime;
  // Ids are decimal texts of any length: the longer is the larger.
  const { id: oneId } = one.delivery;
  const { id: otherId } = other.delivery;
  return otherId.length - oneId.length || (oneId < otherId ? 1 : -1);
}
