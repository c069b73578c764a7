/** A blob cache in memory, for simulations; Netlify Blobs' own client is tried in tests/blob-cache/. */
import * as core from "zod/v4/core";
import type { BlobCache } from "../../netlify/blob-cache/blob-cache.ts";

/** @param values what is kept; several instances share it */
export function madeBlobCache(values: Map<string, string>): BlobCache {
  return {
    async read(key, schema) {
      const text = values.get(key);
      return text === undefined ? undefined : core.safeParse(schema, JSON.parse(text)).data;
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
