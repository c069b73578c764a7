/** Short remarks, such as what departed from the documents, as the column that holds them. */
import { storable } from "../../base/storable.ts";

/** A list of short remarks as a JSON array, cut to 100 of them; null: none. */
export function listColumn(remarks: readonly string[]): string | null {
  if (remarks.length === 0) return null;
  return JSON.stringify(remarks.slice(0, 100).map((remark) => storable(remark, 500)));
}

/** Reads what `listColumn` wrote; null: none. */
export function readListColumn(column: string | null): string[] {
  const list: unknown = column === null ? [] : JSON.parse(column);
  return Array.isArray(list) ? list.map(String) : [];
}
