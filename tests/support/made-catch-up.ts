/** A site and an org whose time only the test moves: events happen, some are delivered, and catch-up looks. */
import { generateKeyPairSync } from "node:crypto";
import { type CatchUpResult, catchUp } from "../../netlify/catch-up/catch-up.ts";
import { queueEvents } from "../../netlify/events/work/queue-events.ts";
import { runDueWork } from "../../netlify/events/work/run-due-work.ts";
import { defineHandler } from "../../netlify/handler-kit/define-handler.ts";
import { readOktaSettings } from "../../netlify/settings/okta-settings.ts";
import type { ServiceApp } from "../okta/stand-in/oauth.ts";
import type { StoredHook } from "../okta/stand-in/org-state.ts";
import { type OrgOptions, type StandInOrg, startOrg } from "../okta/stand-in/start-org.ts";
import { makeEvent } from "./deliveries.ts";
import { madeBlobCache } from "./made-blob-cache.ts";
import { type MadeWork, makeWork, soon } from "./made-work.ts";

export const HOUR = 3_600_000;
export const MINUTE = 60_000;
const ADDRESS = "https://site.example/okta-webhooks-endpoint";

const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });

/** The site's app, as an org knows it. */
export const serviceApp: ServiceApp = {
  clientId: "0oaApp",
  publicKey: publicKey.export({ format: "jwk" }),
  scopes: ["okta.eventHooks.read", "okta.logs.read"],
};

/** How events happen. */
export interface Happening {
  /** Whether Okta delivers them; unless told, it does. */
  readonly delivered?: boolean;
  readonly fields?: Record<string, unknown>;
  /** How long after they happened they are persisted. */
  readonly persistedAfterMs?: number;
}

export interface MadeCatchUp {
  readonly org: StandInOrg;
  readonly work: MadeWork;
  readonly hook: StoredHook;
  /** The uuids that a handler ran for, in order. */
  readonly handled: string[];
  /** What Blobs hold; a test may lose or break it. */
  readonly blobs: Map<string, string>;
  /** The statements asked of the database by catch-up. */
  statements: number;
  happen(uuids: readonly string[], how?: Happening): Promise<void>;
  /** Time goes by, and the sweep comes. */
  look(afterMs?: number, how?: Looking): Promise<CatchUpResult>;
  stored(): Promise<string[]>;
  close(): Promise<void>;
}

/** A look that is not as usual. */
export interface Looking {
  readonly fetch?: typeof fetch;
  readonly deadlineMs?: number;
  /** Another org that the settings name. */
  readonly orgUrl?: string;
  /** How wrong the site's clock is. */
  readonly clockErrorMs?: number;
}

/** What the service app is granted, or that it is an org without one. */
export async function makeCatchUp(
  databaseUrl: string,
  options: Omit<OrgOptions, "serviceApp"> & {
    readonly app?: Partial<ServiceApp>;
    readonly eventTypes?: string[];
  } = {},
): Promise<MadeCatchUp> {
  const handled: string[] = [];
  const note = defineHandler({
    name: "note",
    on: "user.lifecycle.*",
    handle({ uuid }) {
      handled.push(uuid);
    },
  });
  const work = await makeWork(databaseUrl, [note]);
  await work.sql("truncate catch_up, log_events, ledger_hours, alerts");
  const { app, eventTypes = ["user.lifecycle.create"], ...orgOptions } = options;
  const org = await startOrg({
    ...orgOptions,
    serviceApp: { ...serviceApp, now: () => work.clock.now(), ...app },
  });
  org.log.now = () => work.clock.now();
  const { body } = org.state.create({
    name: "New user event hook",
    events: { type: "EVENT_TYPE", items: eventTypes },
    channel: { type: "HTTP", version: "1.0.0", config: { uri: ADDRESS } },
  });
  const hook = org.state.hooks.get(Object(body).id);
  if (hook === undefined) throw new Error("The stand-in made no hook");
  hook.verificationStatus = "VERIFIED";
  const variables: Record<string, string> = {
    OKTA_CLIENT_ID: "0oaApp",
    OKTA_PRIVATE_KEY: JSON.stringify(privateKey.export({ format: "jwk" })),
  };
  const blobs = new Map<string, string>();
  const made: MadeCatchUp = {
    org,
    work,
    hook,
    handled,
    blobs,
    statements: 0,
    async happen(uuids, { delivered = true, fields = {}, persistedAfterMs = 0 } = {}) {
      const now = work.clock.now();
      const events = uuids.map((uuid) =>
        makeEvent(uuid, { published: new Date(now).toISOString(), ...fields }),
      );
      if (persistedAfterMs === 0) await org.emit(events, { deliver: false });
      else for (const event of events) org.log.persist(event, now + persistedAfterMs);
      const goes = delivered && hook.status === "ACTIVE" && hook.verificationStatus === "VERIFIED";
      if (goes) await queueEvents(work, await work.record(...events));
    },
    async look(afterMs = 0, { fetch: ask = fetch, deadlineMs = 20_000, clockErrorMs = 0, orgUrl } = {}) {
      await work.clock.advance(afterMs);
      const clock = { ...work.clock, now: () => work.clock.now() + clockErrorMs };
      const result = await catchUp({
        settings: readOktaSettings((name) =>
          name === "OKTA_ORG_URL" ? (orgUrl ?? org.url) : variables[name],
        ),
        database: {
          ...work.database,
          query: (text, values, limit) => {
            made.statements += 1;
            return work.database.query(text, values, limit);
          },
        },
        cache: madeBlobCache(blobs),
        clock,
        fetch: ask,
        deadline: clock.now() + deadlineMs,
        siteUrl: "https://site.example",
        listened: ["user.lifecycle.create"],
        queue: async (deliveryId) => {
          await queueEvents(work, { deliveryId });
        },
      });
      await runDueWork(work, { deadline: soon(work) });
      return result;
    },
    stored: async () =>
      (await work.sql<{ uuid: string }>("select uuid from events order by uuid")).map(({ uuid }) => uuid),
    async close() {
      await work.close();
      await org[Symbol.asyncDispose]();
      if (org.violations.length > 0) throw new Error(`Okta's contract: ${org.violations.join("\n")}`);
    },
  };
  return made;
}
