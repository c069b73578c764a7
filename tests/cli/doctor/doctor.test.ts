import { describe, expect, test } from "vitest";
import type { Finding } from "../../../netlify/cli/doctor/finding.ts";
import type { Machine } from "../../../netlify/cli/doctor/machine.ts";
import { CommandError } from "../../../netlify/cli/terminal.ts";
import { asHere, shownOutput } from "../../support/pages.ts";
import tellHr from "../../support/site-handlers/tell-hr.ts";
import { ADDRESS, runHook, startWorld, type World } from "../okta/run-hook.ts";

/** Of the guide (admin:supersecret). */
const SAMPLE_SECRET = "Basic YWRtaW46c3VwZXJzZWNyZXQ=";

interface Sick extends World {
  machine: { -readonly [Part in keyof Machine]: Machine[Part] };
  /** What the world's packages are. */
  packages: Map<string, string>;
}

const READY = { kind: "ready", applied: ["1_store", "2_queue"], deliveries: 0, refused: undefined } as const;

/** A world where nothing is wrong: the endpoint runs, the org's hook is verified and as the handlers want it. */
async function healthy(): Promise<Sick> {
  const world = await startWorld();
  await runHook(["okta", "create", "--url", ADDRESS], world);
  const packages = new Map([
    ["netlify-cli", "27.10.2"],
    ["typescript", "6.0.3"],
    ["hookdeck-cli", "2.6.0"],
  ]);
  const machine: Machine = {
    nodeVersion: "24.21.0",
    packageVersion: (name) => packages.get(name),
    isPortTaken: async () => true,
    hookdeckSignIn: () => "guest",
    isSettingsFileShared: () => false,
    migrations: async () => ["1_store", "2_queue"],
    database: async () => READY,
  };
  return { ...world, machine: { ...machine }, packages };
}

function hookOf({ org }: World) {
  const [hook] = org.state.hooks.values();
  if (!hook) throw new Error("the org has no hook");
  return hook;
}

test("a healthy project and org", async () => {
  const seen = await runHook(["doctor", "--url", ADDRESS], await healthy());
  expect(seen.screen).toMatchInlineSnapshot(`
    "Org: 127.0.0.1:PORT
    ok    Node          24.21.0
    ok    tools         netlify-cli 27.10.2, TypeScript 6.0.3
    ok    Hookdeck CLI  2.6.0, signed in as a guest
    ok    settings      can be used
    ok    secret        in the header authorization
    ok    org settings  127.0.0.1:PORT with an API token
    ok    handlers      0 handlers, and every setting that a handler declares
    ok    port 1337     in use
    ok    endpoint      hooks.example.com answers the challenge
    ok    wrong secret  refused
    ok    database      2 migrations, all applied; it writes and reads
    ok    org           127.0.0.1:PORT answers, and the sign-in may read event hooks
    ok    deliveries    none failed in the last day
    ok    event hook    "New user event hook" (who00000000000000001) is ACTIVE, VERIFIED, at https://hooks.example.com/okta-webhooks-endpoint

    Nothing to mend."
  `);
  expect(seen.exitCode).toBe(0);
});

test("a clone on which nothing runs and no org is set", async () => {
  const world = await healthy();
  Object.assign(world.variables, { OKTA_ORG_URL: "", OKTA_API_TOKEN: "", OKTA_HOOK_SECRET: SAMPLE_SECRET });
  Object.assign(world.machine, {
    isPortTaken: async () => false,
    hookdeckSignIn: () => "nobody",
    database: async () => ({ kind: "not-running" }),
  });
  const seen = await runHook(["doctor"], world);
  expect(seen.screen).toMatchInlineSnapshot(`
    "ok    Node          24.21.0
    ok    tools         netlify-cli 27.10.2, TypeScript 6.0.3
    ok    Hookdeck CLI  2.6.0, nobody is signed in yet; npm run hookdeck begins as a guest
    ok    settings      can be used
    warn  secret        OKTA_HOOK_SECRET is the sample of Okta's guide: good on this machine only, refused when deployed
                        -> set a secret of your own (npm run hook -- init --basic shows one), here and where it is deployed
    -     org settings  OKTA_ORG_URL is not set: there is no org to look at
    ok    handlers      0 handlers, and every setting that a handler declares
    ok    port 1337     free
    -     endpoint      not looked at: run npm start in another terminal, or name a site with --url
    -     database      not looked at: npm start runs it

    0 errors, 1 warning."
  `);
  expect(seen.exitCode).toBe(1);
});

/** One thing broken, what the doctor says about it, and the exit code. */
interface Case {
  readonly broken: string;
  readonly about: string;
  readonly message: string;
  readonly fix?: string;
  readonly args?: string[];
  readonly breakIt: (world: Sick) => void | Promise<void>;
}

const cases: Case[] = [
  {
    broken: "a handler's setting is missing",
    about: "handlers",
    message: "tell-hr: HR_TOKEN is not set",
    fix: "set it in .env",
    breakIt: (world) => {
      world.handlers = [tellHr];
    },
  },
  {
    broken: "Node is old",
    about: "Node",
    message: "20.20.2 is too old",
    fix: "npm ci brings Node 24 along",
    breakIt: ({ machine }) => {
      machine.nodeVersion = "20.20.2";
    },
  },
  {
    broken: "Netlify's CLI is missing",
    about: "tools",
    message: "netlify-cli is not installed",
    fix: "npm ci",
    breakIt: ({ packages }) => void packages.delete("netlify-cli"),
  },
  {
    broken: "TypeScript is 7",
    about: "tools",
    message: "TypeScript 7.0.1 ends netlify dev at its start",
    fix: "npm ci installs 6.0",
    breakIt: ({ packages }) => void packages.set("typescript", "7.0.1"),
  },
  {
    broken: "the Hookdeck CLI is missing",
    about: "Hookdeck CLI",
    message: "it is not installed",
    fix: "npm ci",
    breakIt: ({ packages }) => void packages.delete("hookdeck-cli"),
  },
  {
    broken: "the page's password is too short",
    about: "password",
    message: "the page and the commands let nobody in",
    fix: "set a longer one",
    breakIt: ({ variables }) => {
      variables.INSPECTOR_PASSWORD = "short";
    },
  },
  {
    broken: "alerts go nowhere",
    about: "settings",
    message: "ALERT_URL must be an https address",
    fix: "mend it in .env",
    breakIt: ({ variables }) => {
      variables.ALERT_URL = "ftp://alerts.example.com";
    },
  },
  {
    broken: "CATCH_UP is neither on nor off",
    about: "settings",
    message: "CATCH_UP must be",
    fix: "mend it in .env",
    breakIt: ({ variables }) => {
      variables.CATCH_UP = "perhaps";
    },
  },
  {
    broken: "a setting cannot be used",
    about: "settings",
    message: "RETENTION_DAYS must be a whole number of days from 1 to 9999",
    fix: "mend it in .env",
    breakIt: ({ variables }) => {
      variables.RETENTION_DAYS = "a month";
    },
  },
  {
    broken: "no secret is set, locally",
    about: "secret",
    message: "OKTA_HOOK_SECRET is not set: the endpoint is open locally, and closed when deployed",
    fix: "set a secret of your own",
    args: [],
    breakIt: ({ machine, variables }) => {
      variables.OKTA_HOOK_SECRET = "";
      machine.isPortTaken = async () => false;
    },
  },
  {
    broken: "the guide's secret is used for a deployed endpoint",
    about: "secret",
    message: "OKTA_HOOK_SECRET is the sample of Okta's guide: a deployed endpoint refuses it",
    fix: "set a secret of your own",
    breakIt: ({ variables }) => {
      variables.OKTA_HOOK_SECRET = SAMPLE_SECRET;
    },
  },
  {
    broken: "the secret for a deployed endpoint is short, and so is the signing secret",
    about: "secret",
    message:
      "OKTA_HOOK_SECRET has fewer than 16 characters in its password; HOOKDECK_SIGNING_SECRET has fewer than 16 characters: " +
      "a deployed endpoint refuses it",
    fix: "set a secret of your own",
    breakIt: ({ variables }) => {
      variables.OKTA_HOOK_SECRET = "Basic YWRtaW46eA==";
      variables.HOOKDECK_SIGNING_SECRET = "123456789012345";
    },
  },
  {
    broken: "others can read the settings",
    about: ".env",
    message: "others at this machine can read it, and the secrets in it",
    fix: "chmod 600 .env",
    breakIt: ({ machine }) => {
      machine.isSettingsFileShared = () => true;
    },
  },
  {
    broken: "something else listens on the port",
    about: "port 1337",
    message: "in use, but the endpoint does not answer there: the endpoint answered 404",
    fix: "or end what listens there; then npm start",
    args: [],
    breakIt: ({ endpoint }) => {
      endpoint.behaviour.status = 404;
    },
  },
  {
    broken: "the local endpoint runs with another secret",
    about: "endpoint",
    message: "localhost:1337 does not accept OKTA_HOOK_SECRET",
    fix: "stop npm start and start it again",
    args: [],
    breakIt: ({ endpoint }) => {
      endpoint.behaviour.secrets = ["another"];
    },
  },
  {
    broken: "the deployed endpoint has another secret",
    about: "endpoint",
    message: "hooks.example.com does not accept OKTA_HOOK_SECRET",
    fix: "deploy it with the same OKTA_HOOK_SECRET and OKTA_HOOK_HEADER",
    breakIt: ({ endpoint }) => {
      endpoint.behaviour.secrets = ["another"];
    },
  },
  {
    broken: "the deployed endpoint is closed",
    about: "endpoint",
    message: "the endpoint answered 503",
    fix: "the address ends with /okta-webhooks-endpoint",
    breakIt: ({ endpoint }) => {
      endpoint.behaviour.status = 503;
    },
  },
  {
    broken: "the site is protected by a password",
    about: "endpoint",
    message: "hooks.example.com answers 401 with a page that is not the endpoint's",
    fix: "make the production deploy public under the project's visibility in Netlify",
    breakIt: ({ endpoint }) => {
      endpoint.behaviour.status = 401;
    },
  },
  {
    broken: "the project is private, and Netlify asks to sign in",
    about: "endpoint",
    message: "hooks.example.com answers 302 with a page that is not the endpoint's",
    fix: "make the production deploy public under the project's visibility in Netlify",
    breakIt: ({ endpoint }) => {
      const location = "https://app.netlify.com/authorize?response_type=code";
      endpoint.behaviour.page = { status: 302, text: "", location };
    },
  },
  {
    broken: "the project is paused",
    about: "endpoint",
    message: "hooks.example.com is paused",
    fix: "the team's credits for this month are used up",
    breakIt: ({ endpoint }) => {
      endpoint.behaviour.page = { status: 503, text: "<html><h1>Site not available</h1></html>" };
    },
  },
  {
    broken: "Okta has another secret, which only the refused delivery shows behind Hookdeck",
    about: "calls",
    message: "the latest, at 2026-11-24T09:00:00.000Z, was refused with 401: the secret is wrong",
    fix: "npm run hook -- okta sync --secret",
    breakIt: ({ machine }) => {
      const refused = { at: new Date("2026-11-24T09:00:00Z"), status: 401, reason: "the secret is wrong" };
      machine.database = async () => ({ ...READY, refused });
    },
  },
  {
    broken: "the signing secret is not Hookdeck's",
    about: "calls",
    message: "was refused with 401: signature wrong",
    fix: "HOOKDECK_SIGNING_SECRET must be the signing secret of the Hookdeck project",
    breakIt: ({ machine }) => {
      const refused = { at: new Date("2026-11-24T09:00:00Z"), status: 401, reason: "signature wrong" };
      machine.database = async () => ({ ...READY, refused });
    },
  },
  {
    broken: "Hookdeck forwards to another path",
    about: "calls",
    message: "was refused with 404: the call missed the endpoint",
    fix: "npm run hookdeck sets it",
    breakIt: ({ machine }) => {
      const reason = "the call missed the endpoint: it belongs at /okta-webhooks-endpoint";
      const refused = { at: new Date("2026-11-24T09:00:00Z"), status: 404, reason };
      machine.database = async () => ({ ...READY, refused });
    },
  },
  {
    broken: "the inspector's password cannot be used",
    about: "settings",
    message: "INSPECTOR_PASSWORD",
    fix: "mend it in .env",
    breakIt: ({ variables }) => {
      variables.INSPECTOR_PASSWORD = "a\u0000b";
    },
  },
  {
    broken: "the endpoint lets a wrong secret in",
    about: "wrong secret",
    message: "hooks.example.com lets it in",
    fix: "set OKTA_HOOK_SECRET where the endpoint runs",
    breakIt: ({ endpoint }) => {
      endpoint.behaviour.answersForOthers = true;
    },
  },
  {
    broken: "a migration is not applied",
    about: "database",
    message: "not applied yet: 2_queue",
    fix: "stop npm start and start it again: it applies them",
    breakIt: ({ machine }) => {
      machine.database = async () => ({ ...READY, applied: ["1_store"] });
    },
  },
  {
    broken: "the database is newer than the code",
    about: "database",
    message: "it is newer than this code: 3_later",
    fix: "update the code",
    breakIt: ({ machine }) => {
      machine.database = async () => ({ ...READY, applied: ["1_store", "2_queue", "3_later"] });
    },
  },
  {
    broken: "the database fails",
    about: "database",
    message: "it fails with XX000",
    fix: "npm start -- --reset keeps it aside",
    breakIt: ({ machine }) => {
      machine.database = async () => ({ kind: "failing", code: "XX000" });
    },
  },
  {
    broken: "the org's address is that of the Admin Console",
    about: "org settings",
    message: "OKTA_ORG_URL is the address of the Admin Console: the org's own is https://acme.okta.com",
    fix: "mend it in .env",
    breakIt: ({ variables }) => {
      variables.OKTA_ORG_URL = "https://acme-admin.okta.com";
    },
  },
  {
    broken: "the org cannot be reached",
    about: "org",
    message: "127.0.0.1:PORT cannot be reached (ECONNREFUSED): check OKTA_ORG_URL and the network.",
    breakIt: ({ org }) => org[Symbol.asyncDispose](),
  },
  {
    broken: "the org has moved",
    about: "org",
    message: "redirects to https://new.example.com, which is not followed: set OKTA_ORG_URL",
    breakIt: ({ org }) =>
      void org.faults.push({ status: 301, headers: { location: "https://new.example.com/" } }),
  },
  {
    broken: "the address is no org's",
    about: "org",
    message: "is not Okta's: check OKTA_ORG_URL",
    breakIt: ({ org }) => void org.faults.push({ status: 200, body: "<html>" }),
  },
  {
    broken: "a handler cannot be loaded",
    about: "handlers",
    message: "The handlers cannot be loaded",
    breakIt: (world) => {
      Object.defineProperty(world, "subscription", {
        get() {
          throw new CommandError("The handlers cannot be loaded: no such file");
        },
      });
    },
  },
  {
    broken: "the token is not accepted",
    about: "sign-in",
    message: "127.0.0.1:PORT does not accept OKTA_API_TOKEN",
    breakIt: ({ variables }) => {
      variables.OKTA_API_TOKEN = "revoked";
    },
  },
  {
    broken: "the token may not read event hooks",
    about: "permission",
    message:
      "does not allow us to list the event hooks: the token's admin must be a super admin or have a custom role with the permission okta.eventhooks.manage",
    breakIt: ({ org }) => void org.permissions.splice(0, Number.POSITIVE_INFINITY, "okta.logs.read"),
  },
  {
    broken: "the token may not read the System Log",
    about: "permission",
    message: "does not allow us to read the System Log",
    breakIt: ({ org }) => void org.permissions.splice(0, Number.POSITIVE_INFINITY, "okta.eventHooks.read"),
  },
  {
    broken: "the org has no hook",
    about: "event hook",
    message: 'the org has none called "New user event hook"',
    fix: "npm run hook -- okta create --url <address>",
    breakIt: ({ org }) => org.state.hooks.clear(),
  },
  {
    broken: "the hook is not verified",
    about: "event hook",
    message: "is ACTIVE, UNVERIFIED: it gets no events",
    fix: "npm run hook -- okta verify",
    breakIt: (world) => {
      hookOf(world).verificationStatus = "UNVERIFIED";
    },
  },
  {
    broken: "the hook at Hookdeck is not verified",
    about: "event hook",
    message: "is ACTIVE, UNVERIFIED: it gets no events",
    fix: "the Hookdeck source lacks its type: npx hookdeck gateway source update <id> --type OKTA",
    args: [],
    breakIt: (world) => {
      hookOf(world).verificationStatus = "UNVERIFIED";
      hookOf(world).channel.config.uri = "https://hkdk.events/abc123";
    },
  },
  {
    broken: "the hook is not active",
    about: "event hook",
    message: "is INACTIVE, VERIFIED: it gets no events",
    fix: "npm run hook -- okta activate",
    breakIt: (world) => {
      hookOf(world).status = "INACTIVE";
    },
  },
  {
    broken: "the hook has another address",
    about: "hook's address",
    message: `- https://old.example.com/, + ${ADDRESS}`,
    fix: `npm run hook -- okta sync --url ${ADDRESS}`,
    breakIt: (world) => {
      hookOf(world).channel.config.uri = "https://old.example.com/";
    },
  },
  {
    broken: "the hook listens to other event types than the handlers",
    about: "hook's event types",
    message: "- user.lifecycle.create, + group.lifecycle.create",
    fix: "npm run hook -- okta sync",
    breakIt: (world) => void world.subscription.splice(0, 1, "group.lifecycle.create"),
  },
  {
    broken: "the hook sends no secret",
    about: "hook's secret header",
    message: "+ authorization",
    fix: "npm run hook -- okta sync",
    breakIt: (world) => {
      delete hookOf(world).channel.config.authScheme;
    },
  },
  {
    broken: "deliveries failed",
    about: "deliveries",
    message: "1 failed in the last day, the latest 2026-11-24T08:00:00.000Z: timeout",
    fix: "npm run hook -- okta status",
    breakIt: ({ org }) =>
      void org.log.push({
        eventType: "event_hook.delivery",
        published: "2026-11-24T08:00:00.000Z",
        outcome: { reason: "timeout" },
      }),
  },
  {
    broken: "Hookdeck cannot reach the app",
    about: "endpoint",
    message: "nothing listens on port 1337, and the hook delivers through Hookdeck",
    fix: "npm start, and npm run hookdeck",
    args: [],
    breakIt: (world) => {
      hookOf(world).channel.config.uri = "https://hkdk.events/abc123";
      world.machine.isPortTaken = async () => false;
      world.machine.database = async () => ({ ...READY, deliveries: 1 });
    },
  },
  {
    broken: "Hookdeck answered the verification, and nothing has come since",
    about: "hook's secret",
    message: "not proven: Hookdeck answered the verification itself",
    fix: "cause an event in Okta",
    args: [],
    breakIt: (world) => {
      hookOf(world).channel.config.uri = "https://hkdk.events/abc123";
    },
  },
];

describe("one thing broken: it names that, and only that", () => {
  test.each(cases)("$broken", async ({ about, message, fix, args = ["--url", ADDRESS], breakIt }) => {
    const world = await healthy();
    await breakIt(world);
    const seen = await runHook(["doctor", "--json", ...args], world);
    const findings: Finding[] = JSON.parse(seen.out);
    const wrong = findings.filter(({ state }) => state === "warn" || state === "error");
    expect(wrong).toEqual([
      expect.objectContaining({
        about,
        message: expect.stringContaining(message),
        ...(fix === undefined ? {} : { fix: expect.stringContaining(fix) }),
      }),
    ]);
    expect(seen.exitCode).toBe(1);
  });
});

test("behind Hookdeck, a delivery that was accepted proves the secret", async () => {
  const world = await healthy();
  hookOf(world).channel.config.uri = "https://hkdk.events/abc123";
  const asked: unknown[] = [];
  world.machine.database = async (...args) => {
    asked.push(args);
    return { ...READY, deliveries: 1 };
  };
  const seen = await runHook(["doctor"], world);
  expect(seen.screen).toContain("proven by a delivery that the endpoint accepted");
  expect(asked).toEqual([[hookOf(world).id, new Date(hookOf(world).lastUpdated)]]);
  expect(seen.exitCode).toBe(0);
});

test("the fix names the hook that was asked for", async () => {
  const world = await healthy();
  const args = ["doctor", "--name", "Sales"];
  expect((await runHook(args, world)).screen).toContain(
    "-> npm run hook -- okta create --name Sales --url <address>",
  );
  Object.assign(hookOf(world), { name: "Sales", verificationStatus: "UNVERIFIED" });
  world.subscription = ["group.lifecycle.create"];
  const { screen } = await runHook(args, world);
  expect(screen).toContain("-> npm run hook -- okta verify Sales\n");
  expect(screen).toContain("-> npm run hook -- okta sync --name Sales\n");
});

test("a fault is told with its fix on the next line", async () => {
  const world = await healthy();
  hookOf(world).verificationStatus = "UNVERIFIED";
  const seen = await runHook(["doctor"], world);
  expect(seen.screen).toMatchInlineSnapshot(`
    "Org: 127.0.0.1:PORT
    ok    Node          24.21.0
    ok    tools         netlify-cli 27.10.2, TypeScript 6.0.3
    ok    Hookdeck CLI  2.6.0, signed in as a guest
    ok    settings      can be used
    ok    secret        in the header authorization
    ok    org settings  127.0.0.1:PORT with an API token
    ok    handlers      0 handlers, and every setting that a handler declares
    ok    port 1337     in use
    ok    endpoint      localhost:1337 answers the challenge
    ok    wrong secret  refused
    ok    database      2 migrations, all applied; it writes and reads
    ok    org           127.0.0.1:PORT answers, and the sign-in may read event hooks
    ok    deliveries    none failed in the last day
    ERROR event hook    "New user event hook" (who00000000000000001) is ACTIVE, UNVERIFIED: it gets no events
                        -> npm run hook -- okta verify

    1 error, 0 warnings."
  `);
});

test("the secret is not sent in the clear", async () => {
  const seen = await runHook(["doctor", "--url", "http://hooks.example.com/"], await healthy());
  expect(seen.screen).toBe(
    "The secret goes to https or to this machine only, not to http://hooks.example.com.",
  );
  expect(seen.exitCode).toBe(1);
});

test("an unverified hook: what the troubleshooting page shows", async () => {
  const world = await healthy();
  hookOf(world).verificationStatus = "UNVERIFIED";
  const seen = await runHook(["doctor", "--url", ADDRESS], world);
  const shown = shownOutput("netlify/troubleshooting.md", "npm run hook -- doctor");
  expect(seen.screen).toBe(asHere(shown));
});
