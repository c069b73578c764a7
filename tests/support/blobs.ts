/** Netlify Blobs for tests: the server that `netlify dev` uses, on a folder of its own. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { getStore } from "@netlify/blobs";
import { BlobsServer } from "@netlify/blobs/server";

export interface Blobs {
  /** What `NETLIFY_BLOBS_CONTEXT` has to be. */
  readonly context: string;
  /** The requests so far, as `get /site/…`. */
  readonly requests: readonly string[];
  /** Loses a value of one of the site's stores. */
  lose(store: string, key: string): Promise<void>;
  stop(): Promise<void>;
}

/** What Netlify hands to a function, for a server at this address. */
export function blobsContext(url: string): string {
  const context = { edgeURL: url, uncachedEdgeURL: url, siteID: "site", token: "token" };
  return Buffer.from(JSON.stringify(context)).toString("base64");
}

export async function startBlobs(): Promise<Blobs> {
  const directory = await mkdtemp(join(tmpdir(), "okta-event-hooks-blobs-"));
  const requests: string[] = [];
  const server = new BlobsServer({
    directory,
    token: "token",
    logger: () => {},
    onRequest: ({ type, url }) => requests.push(`${type} ${url}`),
  });
  const { port } = await server.start();
  const url = `http://127.0.0.1:${port}`;
  return {
    context: blobsContext(url),
    requests,
    lose: (name, key) => getStore({ name, siteID: "site", token: "token", edgeURL: url }).delete(key),
    async stop() {
      await server.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
