/** What the page knows while it is open, kept up to date by asking; and how the connection is. */
import { createContext } from "preact";
import { useCallback, useContext, useEffect, useRef, useState } from "preact/hooks";
import type { CallFailure } from "../../api/client/call-api.ts";
import { explain, fetchChanges, fetchDeliveries } from "./api.ts";
import { addChanges, addOlder, type Feed, openFeed, reopenFeed, watchedOf } from "./feed.ts";
import { deployedPace, localPace, startPolling } from "./start-polling.ts";

export type Connection =
  | { readonly state: "opening" }
  | { readonly state: "live"; readonly regained: boolean }
  | { readonly state: "lost"; readonly why: string }
  | { readonly state: "paused" };

export interface Live {
  /** null until the first answer. */
  readonly feed: Feed | null;
  readonly connection: Connection;
  /** One more each time that the API answered. */
  readonly pulse: number;
  /** One more each time that what is on the screen is to be asked for again: something changed, or some time went by. */
  readonly refresh: number;
  readonly everyMs: number;
  /** Asks at once, e.g. after sending a sample. */
  readonly askNow: () => void;
  /** Loads the next page of older deliveries. @returns why it failed, or null. */
  readonly loadOlder: () => Promise<string | null>;
}

/** Some things change without a delivery: a handler is paused elsewhere, the sweep has been there. */
const IDLE_PULSES = 5;

const LiveContext = createContext<Live | null>(null);
export const LiveProvider = LiveContext.Provider;

export function useLive(): Live {
  const live = useContext(LiveContext);
  if (live === null) throw new Error("useLive needs a LiveProvider above it.");
  return live;
}

/** Starts asking; `local` decides how often. */
export function useLiveSource(local: boolean): Live {
  const [feed, setFeed] = useState<Feed | null>(null);
  const [connection, setConnection] = useState<Connection>({ state: "opening" });
  const [pulse, setPulse] = useState(0);
  const [refresh, setRefresh] = useState(0);
  const refreshed = useRef({ pulse: 0, revision: 0 });
  const token = useRef<string | null>(null);
  const next = useRef<string | null>(null);
  const watched = useRef<readonly string[]>([]);
  const polling = useRef<ReturnType<typeof startPolling> | null>(null);
  const pace = local ? localPace : deployedPace;

  useEffect(() => {
    const failed = (failure: CallFailure) => {
      setConnection({ state: "lost", why: explain(failure) });
    };
    const reached = () => {
      setConnection((before) => {
        if (before.state === "live") return before;
        return { state: "live", regained: before.state === "lost" };
      });
      setPulse((before) => before + 1);
    };
    /** List and token are one answer, so nothing can come between the two. */
    const readAnew = async () => {
      const page = await fetchDeliveries({}, null);
      if (page.outcome !== "ok") return failed(page);
      token.current = page.value.token;
      setFeed((before) => (before === null ? openFeed(page.value) : reopenFeed(before, page.value)));
    };
    const ask = async () => {
      if (token.current === null) await readAnew();
      if (token.current === null) return;
      const answer = await fetchChanges(token.current, watched.current);
      if (answer.outcome !== "ok") {
        // A token that the server no longer knows would be refused for ever: begin anew.
        if (answer.outcome === "refused" && answer.status === 400) token.current = null;
        return failed(answer);
      }
      const changes = answer.value;
      if (changes.more) {
        token.current = null;
        await readAnew();
        if (token.current === null) return;
      } else token.current = changes.token;
      setFeed(
        (before) => before && addChanges(before, changes.more ? { ...changes, deliveries: [] } : changes),
      );
      reached();
    };
    const started = startPolling(pace, {
      ask,
      onPaused: (paused) => {
        if (paused) setConnection({ state: "paused" });
      },
    });
    polling.current = started;
    return started.stop;
  }, [pace]);

  useEffect(() => {
    next.current = feed?.next ?? null;
    watched.current = feed === null ? [] : watchedOf(feed);
  }, [feed]);

  useEffect(() => {
    const revision = feed?.revision ?? 0;
    const pulses = pulse - refreshed.current.pulse;
    const wait = revision === refreshed.current.revision ? IDLE_PULSES : pace.pulsesPerRefresh;
    if (pulses < wait) return;
    refreshed.current = { pulse, revision };
    setRefresh((before) => before + 1);
  }, [pulse, feed?.revision, pace]);

  const loadOlder = useCallback(async () => {
    if (next.current === null) return null;
    const answer = await fetchDeliveries({}, next.current);
    if (answer.outcome !== "ok") return explain(answer);
    setFeed((before) => (before === null ? before : addOlder(before, answer.value)));
    return null;
  }, []);
  const askNow = useCallback(() => polling.current?.askNow(), []);
  return { feed, connection, pulse, refresh, everyMs: pace.everyMs, askNow, loadOlder };
}
