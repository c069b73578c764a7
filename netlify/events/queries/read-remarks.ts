/** Reads a list of remarks as `event-row.ts` and `record-delivery.ts` write it; null: none. */
export function readRemarks(column: string | null): string[] {
  const list: unknown = column === null ? [] : JSON.parse(column);
  return Array.isArray(list) ? list.map(String) : [];
}
