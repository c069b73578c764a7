import type { Database } from "../database/database.ts";
import { type IsTheirs, isNamedInJson, isNamedInText, mayName } from "./phrases.ts";

/** A person waits for a slice. */
const limit = { timeoutMs: 20_000 };

/** A slice is a span of ids: with a `limit` Postgres may sort them all. */
const DELIVERIES_AT_ONCE = 2_000;

/** Which slice, and what to do with it. */
export interface CallsSlice {
  readonly isTheirs: IsTheirs;
  readonly patterns: readonly string[];
  /** The last delivery of the slice before; "": begin. */
  readonly after: string;
  /** False: only count. */
  readonly erase: boolean;
}

/**
 * Counts, or takes away, what deliveries and rejected calls repeat of a person outside the events.
 * @returns how many rows there were, and where the next slice goes on; null: that was all
 * @throws {DatabaseError} when the database failed or took too long
 */
export async function cleanCalls(
  database: Database,
  slice: CallsSlice,
): Promise<{ texts: number; next: string | null }> {
  const { rows } = await database.query<{ first: string | null }>(
    "select min(id) as first from deliveries where id > $1::bigint",
    [slice.after === "" ? "0" : slice.after],
    limit,
  );
  const first = rows[0]?.first ?? null;
  if (first === null) return { texts: await cleanRejections(database, slice), next: null };
  const last = String(BigInt(first) + BigInt(DELIVERIES_AT_ONCE) - 1n);
  return { texts: await cleanDeliveries(database, slice, { first, last }), next: last };
}

/** What a delivery has of its call: texts, then JSON. */
const TEXTS = ["event_id", "hook_id", "hookdeck_event_id", "hookdeck_url", "envelope", "event_gaps"] as const;
const COLUMNS = [...TEXTS, "headers", "schema_deviations", "unreadable"] as const;

type DeliveryTexts = Record<(typeof COLUMNS)[number], string | null>;

async function cleanDeliveries(
  database: Database,
  { isTheirs, patterns, erase }: CallsSlice,
  { first, last }: { readonly first: string; readonly last: string },
): Promise<number> {
  const { rows } = await database.query<DeliveryTexts & { readonly id: string }>(
    `select id, ${COLUMNS.join()} from (
       select *, concat_ws(' ', ${COLUMNS.join()}) as text from deliveries where id between $2::bigint and $3::bigint offset 0
     ) slice where ${mayName("text", "$1")}`,
    [patterns, first, last],
    limit,
  );
  let texts = 0;
  for (const { id, ...delivery } of rows) {
    const cleaned = cleanTexts(delivery, isTheirs);
    if (COLUMNS.every((column) => cleaned[column] === delivery[column])) continue;
    texts += 1;
    if (!erase) continue;
    await database.query(
      `update deliveries set ${COLUMNS.map((column, index) => `${column} = $${index + 2}`).join()} where id = $1`,
      [id, ...COLUMNS.map((column) => cleaned[column])],
      limit,
    );
  }
  return texts;
}

/** Of headers and lists only what names the person goes. */
function cleanTexts(delivery: DeliveryTexts, isTheirs: IsTheirs): DeliveryTexts {
  const cleaned = { ...delivery };
  for (const column of TEXTS) {
    if (isNamedInText(delivery[column] ?? "", isTheirs)) cleaned[column] = null;
  }
  const headers = Object.entries(JSON.parse(delivery.headers ?? "{}"));
  const otherHeaders = headers.filter(([name, value]) => !isNamedInJson({ [name]: value }, isTheirs));
  if (otherHeaders.length < headers.length) {
    cleaned.headers = JSON.stringify(Object.fromEntries(otherHeaders));
  }
  const cleanList = (column: string | null, read: (item: unknown) => unknown) => {
    const items: readonly unknown[] = column === null ? [] : JSON.parse(column);
    const left = items.filter((item) => !isNamedInJson(read(item), isTheirs));
    if (left.length === items.length) return column;
    return left.length === 0 ? null : JSON.stringify(left);
  };
  return {
    ...cleaned,
    schema_deviations: cleanList(delivery.schema_deviations, (remark) => remark),
    unreadable: cleanList(delivery.unreadable, readPart),
  };
}

/** An unreadable event, or several with commas between them: what is in it counts as in any event. */
function readPart(part: unknown): unknown {
  const { json, ...rest } = part as { readonly json: string };
  return [rest, JSON.parse(`[${json}]`)];
}

/** The table holds 200 rows at most. */
async function cleanRejections(database: Database, { isTheirs, erase }: CallsSlice): Promise<number> {
  const { rows } = await database.query<{ id: string; path: string; reason: string; headers: string }>(
    "select id, path, reason, headers from rejections",
    [],
    limit,
  );
  const ids = rows.filter(({ id: _, ...texts }) => isNamedInJson(texts, isTheirs)).map(({ id }) => id);
  if (erase && ids.length > 0)
    await database.query("delete from rejections where id = any($1)", [ids], limit);
  return ids.length;
}
