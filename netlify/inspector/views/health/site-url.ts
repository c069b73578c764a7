import { ENDPOINT_PATH, LOCAL_SITE } from "../../../base/addresses.ts";

/** ` --url …`, for a command that is to reach this site; nothing where it would find it by itself. */
export function siteUrl(): string {
  return location.origin === LOCAL_SITE ? "" : ` --url ${location.origin}${ENDPOINT_PATH}`;
}
