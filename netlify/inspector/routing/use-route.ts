/** The view that the address names, followed as it changes. */
import { useEffect, useMemo, useState } from "preact/hooks";
import { formatRoute, parseRoute, type Route } from "./route.ts";

export function useRoute(): Route {
  const [hash, setHash] = useState(location.hash);
  useEffect(() => {
    const follow = () => setHash(location.hash);
    addEventListener("hashchange", follow);
    return () => removeEventListener("hashchange", follow);
  }, []);
  // The same object until the address changes: what depends on it is not made anew with each answer of the API.
  return useMemo(() => parseRoute(hash), [hash]);
}

/** Goes to a view. `replace`: without a step in the history, for what a person types. */
export function goTo(route: Route, { replace = false }: { replace?: boolean } = {}): void {
  const address = formatRoute(route);
  if (address === location.hash) return;
  if (replace) history.replaceState(null, "", address);
  else history.pushState(null, "", address);
  // At once: the browser's own comes a moment later, and the next choice would be made on the old address.
  dispatchEvent(new HashChangeEvent("hashchange"));
}
