/**
 * Keeps other sites' pages out: a browser says which site makes a call. Locally nothing else protects the data from a page
 * that is open in another tab.
 */
import { type ProblemReply, problem } from "./reply.ts";

/**
 * Refuses a call that a browser makes for another site, and a write that may be one.
 * @param byCookie whether the call carries a cookie: then it must come from a browser, and say which site makes it
 */
export function checkOrigin(
  request: Request,
  { byCookie }: { readonly byCookie: boolean },
): ProblemReply | null {
  // No page can set either of them: https://www.w3.org/TR/fetch-metadata/, https://fetch.spec.whatwg.org/#origin-header
  const site = request.headers.get("sec-fetch-site");
  const origin = request.headers.get("origin");
  const write = request.method !== "GET" && request.method !== "HEAD";
  if (site !== null) {
    // "none": typed into the address bar.
    return site === "same-origin" || (site === "none" && !write) ? null : otherSite;
  }
  if (origin !== null) return origin === new URL(request.url).origin ? null : otherSite;
  return write && byCookie ? otherSite : null;
}

const otherSite = problem(
  403,
  "This call comes from another site's page, or its browser does not say from where. Use the inspector's own page.",
);
