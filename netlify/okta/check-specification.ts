/** What Okta would refuse, or silently do wrong, said before anything is sent. */
import type { Catalogue } from "../catalogue/read-catalogue.ts";
import type { HookSpecification } from "./event-hook.ts";
import { nearestEventTypes } from "./nearest-event-types.ts";

/** https://developer.okta.com/docs/concepts/event-hooks/#event-hook-limits */
const MAX_EVENT_TYPES = 300;

/** Every problem of a hook, as a sentence each; none: it can be sent. */
export function checkSpecification(hook: HookSpecification, catalogue: Catalogue): string[] {
  return [
    ...(hook.name.trim() === "" ? ["The event hook needs a name."] : []),
    ...checkAddress(hook.address),
    ...checkEventTypes(hook.eventTypes, catalogue),
    ...hook.filters
      .filter(({ eventType }) => !hook.eventTypes.includes(eventType))
      .map(({ eventType }) => `The filter for ${eventType} has no effect: the hook does not listen to it.`),
    ...hook.extraHeaders
      .filter(({ name }) => name.toLowerCase() === hook.secret?.header)
      .map(({ name }) => `The header ${name} carries the secret and cannot be an extra header too.`),
  ];
}

/** Whether Okta could call the address: https, and not only from this machine or network. */
export function checkAddress(text: string): string[] {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol)) return ["The address must be an https URL."];
  if (isPrivate(url.hostname)) {
    return [
      `Okta cannot reach ${url.hostname}: it is an address of this machine or network. Run npm run hookdeck and give the URL that it shows, with --url.`,
    ];
  }
  if (url.protocol !== "https:")
    return [`Okta calls https addresses only: try https://${url.host}${url.pathname}.`];
  if (url.username !== "" || url.password !== "") {
    return ["The address must not carry a password: the secret has a header of its own."];
  }
  return url.hash === "" ? [] : ["The address must not have a part after #."];
}

function isPrivate(hostname: string): boolean {
  return (
    /^([^.:]+|.*\.localhost|.*\.local|.*\.internal|0\.0\.0\.0)\.?$/i.test(hostname) ||
    /^\[(::1?|::ffff:.*|f[cde].*)\]$/i.test(hostname) ||
    /^(127|10|192\.168|169\.254|172\.(1[6-9]|2\d|3[01]))(\.\d+){1,3}$/.test(hostname)
  );
}

/** Whether a hook may listen to the event types. */
export function checkEventTypes(
  eventTypes: readonly string[],
  { eventTypes: known, release }: Catalogue,
): string[] {
  const byId = new Map(known.map((eventType) => [eventType.id, eventType]));
  const eligible = known.filter((eventType) => eventType.eligible).map(({ id }) => id);
  const problems = eventTypes.flatMap((id) => {
    const found = byId.get(id);
    if (found?.eligible) return [];
    const nearest = nearestEventTypes(id, eligible).join(", ");
    return found
      ? [`${id} is not offered to event hooks. The nearest are: ${nearest}.`]
      : [`${id} is no event type of Okta's (release ${release}). The nearest are: ${nearest}.`];
  });
  if (eventTypes.length === 0)
    problems.push("The hook would listen to nothing: no handler names an event type, nor does --type.");
  if (eventTypes.length > MAX_EVENT_TYPES) {
    problems.push(
      `${eventTypes.length} event types are more than the ${MAX_EVENT_TYPES} that Okta allows a hook.`,
    );
  }
  return problems;
}
