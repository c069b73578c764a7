import { expect, it } from "vitest";
import type { BlobCache } from "../../netlify/blob-cache/blob-cache.ts";
import { listMarkers, writeMarker } from "../../netlify/blob-cache/dirty-markers.ts";
import { madeBlobCache } from "../support/made-blob-cache.ts";

/** A cache whose first writes are refused. */
function refusing(writes: number): BlobCache {
  const cache = madeBlobCache(new Map());
  let left = writes;
  return {
    ...cache,
    async write(key, value) {
      left -= 1;
      return left < 0 && (await cache.write(key, value));
    },
  };
}

const now = 1_000_000_000_000;

it("is there from the beginning of a call, with its time, until the call knows that nothing is left", async () => {
  const cache = refusing(0);
  const marker = writeMarker(cache, now);
  await marker.written;
  expect(await listMarkers(cache)).toMatchObject([{ setAt: now }]);

  await marker.end(true);

  expect(await listMarkers(cache)).toEqual([]);
});

it("stays where the call does not know it", async () => {
  const cache = refusing(0);

  await writeMarker(cache, now).end(false);

  expect(await listMarkers(cache)).toMatchObject([{ setAt: now }]);
});

it("is written again where the first write was refused and something is left", async () => {
  const cache = refusing(1);

  await writeMarker(cache, now).end(false);

  expect(await listMarkers(cache)).toMatchObject([{ setAt: now }]);
});

it("is each call's own: one that ends leaves the others'", async () => {
  const cache = refusing(0);
  const first = writeMarker(cache, now);
  const second = writeMarker(cache, now);

  await first.end(true);

  expect(await listMarkers(cache)).toHaveLength(1);
  await second.end(true);
  expect(await listMarkers(cache)).toEqual([]);
});
