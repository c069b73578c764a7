/**
 * Addresses of the page's views. They live behind the `#`, so that the site needs no rewrite rule: a call that misses
 * the endpoint's path must not be answered with this page.
 */

/** What a person filters events by. An empty text filters nothing. */
export interface EventFilter {
  readonly types: readonly string[];
  readonly actor: string;
  readonly target: string;
  readonly outcome: string;
  readonly severity: string;
  readonly handler: string;
  readonly state: string;
  /** The last so much time, e.g. `24h`: see `time-range.ts`. Without it `from` and `to` count, ISO times. */
  readonly last: string;
  readonly from: string;
  readonly to: string;
}

export const noFilter: EventFilter = {
  types: [],
  actor: "",
  target: "",
  outcome: "",
  severity: "",
  handler: "",
  state: "",
  last: "",
  from: "",
  to: "",
};

/** Whether it narrows anything. */
export function isFiltered(filter: EventFilter): boolean {
  return formatFilter(filter).toString() !== "";
}

export type Route =
  | { readonly view: "deliveries"; readonly filter: EventFilter }
  | { readonly view: "deliveries"; readonly filter: EventFilter; readonly delivery: string }
  | { readonly view: "deliveries"; readonly filter: EventFilter; readonly rejection: string }
  | { readonly view: "events"; readonly filter: EventFilter; readonly uuid: string | null }
  | { readonly view: "failing" }
  | { readonly view: "health" }
  | { readonly view: "unknown" };

const textFields = [
  "actor",
  "target",
  "outcome",
  "severity",
  "handler",
  "state",
  "last",
  "from",
  "to",
] as const;

/** Reads `location.hash`. An address that says nothing known is `unknown`, never an error. */
export function parseRoute(hash: string): Route {
  const [path = "", query = ""] = splitOnce(hash.replace(/^#/, ""), "?");
  const parts = path
    .split("/")
    .filter((part) => part !== "")
    .map(decode);
  const [view = "deliveries", id] = parts;
  if (parts.length > 2) return { view: "unknown" };
  const filter = parseFilter(query);
  if (view === "deliveries") return id === undefined ? { view, filter } : { view, filter, delivery: id };
  if (view === "rejections" && id !== undefined) return { view: "deliveries", filter, rejection: id };
  if (view === "events") return { view, filter, uuid: id ?? null };
  if ((view === "failing" || view === "dead") && id === undefined) return { view: "failing" };
  if (view === "health" && id === undefined) return { view };
  return { view: "unknown" };
}

/** The address of a view, for `href`. */
export function formatRoute(route: Route): string {
  switch (route.view) {
    case "deliveries":
      if ("delivery" in route) {
        return withFilter(`#/deliveries/${encodeURIComponent(route.delivery)}`, route.filter);
      }
      if ("rejection" in route) {
        return withFilter(`#/rejections/${encodeURIComponent(route.rejection)}`, route.filter);
      }
      return withFilter("#/deliveries", route.filter);
    case "events":
      return withFilter(
        route.uuid === null ? "#/events" : `#/events/${encodeURIComponent(route.uuid)}`,
        route.filter,
      );
    case "failing":
      return "#/failing";
    case "health":
      return "#/health";
    case "unknown":
      return "#/";
  }
}

function withFilter(path: string, filter: EventFilter): string {
  const query = formatFilter(filter).toString();
  return query === "" ? path : `${path}?${query}`;
}

function parseFilter(query: string): EventFilter {
  const parameters = new URLSearchParams(query);
  const filter = { ...noFilter, types: parameters.getAll("type") };
  for (const field of textFields) filter[field] = parameters.get(field) ?? "";
  return filter;
}

function formatFilter(filter: EventFilter): URLSearchParams {
  const parameters = new URLSearchParams(filter.types.map((type) => ["type", type]));
  for (const field of textFields) if (filter[field] !== "") parameters.set(field, filter[field]);
  return parameters;
}

function splitOnce(text: string, separator: string): string[] {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + separator.length)];
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
