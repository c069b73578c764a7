/** Reads the address that a person gives with `--url`: of the site or of its endpoint, either will do. */
import { ENDPOINT_PATH, LOCAL_SITE } from "../base/addresses.ts";
import { findInstance } from "../dev/running-instance.ts";
import { UnreachableError, UsageError } from "./terminal.ts";

/** A site and its endpoint. */
export interface Target {
  /** The site's address, e.g. `https://example.netlify.app`: its origin, without a slash at the end. */
  readonly site: string;
  /** Where Okta's calls go, e.g. `https://example.netlify.app/okta-webhooks-endpoint`. */
  readonly endpoint: URL;
}

/**
 * @param typed an address of the site, or of its endpoint. A path that is neither belongs to somebody who forwards, as
 *   Hookdeck does: the endpoint is that address as it stands. Undefined: what runs in this folder, else port 1337.
 * @throws {UsageError} for what is no http(s) address
 * @throws {UnreachableError} as `localSite`
 */
export function readTarget(typed: string | undefined): Target {
  const url = URL.parse(typed ?? localSite());
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new UsageError(
      `${JSON.stringify(typed)} is not an address such as https://example.netlify.app or ${LOCAL_SITE}.`,
    );
  }
  const isSite = url.pathname === "/" && url.search === "";
  return { site: url.origin, endpoint: isSite ? new URL(ENDPOINT_PATH, url.origin) : url };
}

/**
 * The site that runs in this folder; where none does, the one that `npm start` would run.
 * @throws {UnreachableError} while it starts: on which port is not known yet, and another folder's site may have the usual one
 */
export function localSite(): string {
  const instance = findInstance();
  if (instance?.site === null) {
    throw new UnreachableError(
      `${instance.command} (process ${instance.pid}) is starting in this folder: try again in a few seconds.`,
    );
  }
  return instance?.site ?? LOCAL_SITE;
}

/** Whether an address is that of `localSite`. */
export function isLocalSite({ origin }: URL): boolean {
  return origin === (findInstance()?.site ?? LOCAL_SITE);
}
