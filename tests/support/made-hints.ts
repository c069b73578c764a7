/** Hints in memory, for simulations; Netlify Blobs' own client is tried in tests/hints/. */
import type { Hints } from "../../netlify/hints/hints.ts";

/** @param values what is kept; several instances share it */
export function madeHints(values: Map<string, string>): Hints {
  return {
    async read(key, schema) {
      const text = values.get(key);
      return text === undefined ? undefined : schema.safeParse(JSON.parse(text)).data;
    },
    async write(key, value) {
      values.set(key, JSON.stringify(value));
      return true;
    },
    list: async (prefix) => [...values.keys()].filter((key) => key.startsWith(prefix)),
    async remove(key) {
      values.delete(key);
      return true;
    },
  };
}
