/**
 * Deliveries and rejections as one list, the last to come first. Each of the two has its own numbers, so the list is merged from
 * both by time, and a place in it is the last number of each: nothing between two pages is left out or listed twice.
 */
import type { Database } from "../database/database.ts";
import { listDeliveries, type StoredDelivery } from "./deliveries.ts";
import { listRejections, type StoredRejection } from "./list-rejections.ts";

/** A call: accepted or refused. */
export type StoredFeedItem =
  | { readonly kind: "delivery"; readonly delivery: StoredDelivery }
  | { readonly kind: "rejection"; readonly rejection: StoredRejection };

/** Where a page ended: what comes after it has lower numbers than these. */
export interface FeedPlace {
  readonly delivery: string;
  readonly rejection: string;
}

/** Which page, and whether rejections may be listed. */
export interface FeedPaging {
  readonly after?: FeedPlace | undefined;
  readonly limit: number;
  readonly rejections: boolean;
}

/**
 * Lists one page, with the highest numbers in it.
 * @throws {DatabaseError} when the database failed or took too long
 */
export async function listFeed(
  database: Database,
  { after, limit, rejections: wanted }: FeedPaging,
): Promise<{ items: StoredFeedItem[]; next: FeedPlace | null; newest: FeedPlace }> {
  const [{ deliveries, next }, rejections] = await Promise.all([
    listDeliveries(database, { before: after?.delivery, limit }),
    wanted ? listRejections(database, { before: after?.rejection, limit: limit + 1 }) : [],
  ]);
  const items: StoredFeedItem[] = [];
  const taken = { delivery: 0, rejection: 0 };
  while (items.length < limit) {
    const delivery = deliveries[taken.delivery];
    const rejection = rejections[taken.rejection];
    if (rejection && (!delivery || rejection.receivedAt > delivery.receivedAt)) {
      items.push({ kind: "rejection", rejection });
      taken.rejection += 1;
    } else if (delivery) {
      items.push({ kind: "delivery", delivery });
      taken.delivery += 1;
    } else break;
  }
  const more = next !== null || taken.delivery < deliveries.length || taken.rejection < rejections.length;
  return {
    items,
    next: more
      ? {
          delivery: deliveries[taken.delivery - 1]?.id ?? after?.delivery ?? above(deliveries[0]),
          rejection: rejections[taken.rejection - 1]?.id ?? after?.rejection ?? above(rejections[0]),
        }
      : null,
    newest: { delivery: deliveries[0]?.id ?? "0", rejection: rejections[0]?.id ?? "0" },
  };
}

/** Of a kind that no page has listed yet: what comes meanwhile does not belong to the next page. */
function above(first: { readonly id: string } | undefined): string {
  return String(BigInt(first?.id ?? "0") + 1n);
}
