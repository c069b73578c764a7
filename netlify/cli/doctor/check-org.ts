/** The org: reachable, signed in, allowed, and its hook as it should be. */
import { isHookdeck } from "../../base/addresses.ts";
import { shellWord } from "../../base/shell-word.ts";
import { DEFAULT_HOOK_NAME, diagnoseHook } from "../../okta/diagnose-hook.ts";
import type { EventHook } from "../../okta/event-hook.ts";
import { delivers, isOurs, mainHook, sortByTag } from "../../okta/find-hooks.ts";
import { OktaError } from "../../okta/okta-error.ts";
import type { Org } from "../../okta/open-org.ts";
import { compareHook } from "../../okta/plan-change.ts";
import type { DeliveryFailure } from "../../okta/read-delivery-failure.ts";
import type { HookSettings } from "../../settings/hook-settings.ts";
import { error, type Finding, fine, warn } from "./finding.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

/** What the hook is held against. */
export interface Expectation {
  readonly name: string;
  /** The endpoint that was asked for. */
  readonly url: URL | undefined;
  readonly settings: HookSettings;
  readonly eventTypes: readonly string[];
  readonly now: number;
}

/** What was found, and the hook where there is one. */
export interface OrgCheck {
  readonly findings: readonly Finding[];
  readonly hook: EventHook | undefined;
}

/** Asks the org. Only reading is tried: whether a token may also write shows when something is written. */
export async function checkOrg(org: Org, expected: Expectation): Promise<OrgCheck> {
  const hooks = await attempt(() => org.listHooks());
  if (hooks instanceof OktaError) return { findings: [explain(hooks)], hook: undefined };
  const failures = await attempt(() => org.listDeliveryFailures(new Date(expected.now - DAY_MS)));
  const { ours, others } = sortByTag(hooks, expected.name);
  const hook = mainHook(ours) ?? mainHook(others);
  return {
    hook,
    findings: [
      fine("org", `${org.host} answers, and the sign-in may read event hooks`),
      failures instanceof OktaError ? explain(failures) : checkFailures(failures),
      ...(hook === undefined
        ? [
            error(
              "event hook",
              `the org has none called "${expected.name}"`,
              `npm run hook -- okta create${named(expected.name)} --url <address>`,
            ),
          ]
        : checkHook(hook, expected)),
    ],
  };
}

function checkHook(hook: EventHook, { name, url, settings, eventTypes }: Expectation): Finding[] {
  const judged = diagnoseHook(hook, name);
  const [value] = settings.secrets;
  const differences = compareHook(hook, {
    ...hook,
    address: url?.href ?? hook.address,
    // Without a secret here, the hook's cannot be judged; that it is missing has a line of its own.
    secret: value === undefined ? keptSecret(hook) : { header: settings.header, value },
    eventTypes,
  });
  const findings = differences.map(({ part, added, removed }) => {
    const changes = [...removed.map((one) => `- ${one}`), ...added.map((one) => `+ ${one}`)];
    const address = url && part === "address" ? ` --url ${url.href}` : "";
    const which = isOurs(hook, name) ? named(name) : ` --adopt ${hook.id}`;
    return error(`hook's ${part}`, changes.join(", "), `npm run hook -- okta sync${which}${address}`);
  });
  findings.unshift(
    judged.delivers
      ? fine("event hook", `${judged.sentence}, at ${hook.address}${filtersOf(hook)}`)
      : error("event hook", judged.sentence, judged.fix),
  );
  return findings;
}

/** The part of a command that names the hook, where it is not the one that the command means without a name. */
const named = (name: string) => (name === DEFAULT_HOOK_NAME ? "" : ` --name ${shellWord(name) ?? "<name>"}`);

/** Filters keep events back on purpose, which is easily forgotten. */
const filtersOf = ({ filters }: EventHook) =>
  filters.length === 0 ? "" : `, filtered: ${filters.map(({ eventType }) => eventType).join(", ")}`;

const keptSecret = ({ secretHeader }: EventHook) =>
  secretHeader === undefined ? undefined : { header: secretHeader, value: "" };

function checkFailures(failures: readonly DeliveryFailure[]): Finding {
  const [latest] = failures;
  if (latest === undefined) return fine("deliveries", "none failed in the last day");
  const when = latest.published?.toISOString() ?? "at an unknown time";
  return warn(
    "deliveries",
    `${failures.length} failed in the last day, the latest ${when}: ${latest.reason.slice(0, 200)}`,
    "npm run hook -- okta status lists them; what they carried can be fetched from the System Log",
  );
}

/**
 * Hookdeck answers Okta's verification itself: only a delivery that the endpoint accepted shows that Okta has the
 * right secret.
 * @param deliveries how many came from this hook since it was last changed; undefined: the store cannot be asked.
 */
export function checkProof(hook: EventHook | undefined, deliveries: number | undefined): Finding[] {
  if (hook === undefined || !delivers(hook) || !isHookdeck(hook.address)) return [];
  if (hook.secretHeader === undefined) return [];
  return [
    deliveries !== undefined && deliveries > 0
      ? fine("hook's secret", "proven by a delivery that the endpoint accepted")
      : warn(
          "hook's secret",
          "not proven: Hookdeck answered the verification itself, and no delivery of the hook has been accepted yet",
          "with npm start and npm run hookdeck running, cause an event in Okta (create a user), then run this again",
        ),
  ];
}

/** The sentence of the error names the fix. */
function explain({ kind, message }: OktaError): Finding {
  if (kind === "unauthorized") return error("sign-in", message);
  return error(kind === "forbidden" || kind === "scope-missing" ? "permission" : "org", message);
}

async function attempt<Result>(work: () => Promise<Result>): Promise<Result | OktaError> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof OktaError) return error;
    throw error;
  }
}
