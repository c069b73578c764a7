/** `context.okta` of one run. Nothing of it is loaded, read from the environment or sent before the handler's first read. */
import type { Clock } from "../../base/clock.ts";
import type { OktaDirectory, OktaScope } from "../../handler-kit/okta.ts";
import type { Environment } from "../../settings/environment.ts";

/** What a run reads with. */
export interface HandlerDirectory {
  readonly scopes: readonly OktaScope[];
  readonly environment: Environment;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** Each read throws a SettingsError where the org is not set. */
export function handlerDirectory({ scopes, environment, clock, signal }: HandlerDirectory): OktaDirectory {
  const open = async () => {
    const [{ openInstanceDirectory }, { readSiteOktaSettings }] = await Promise.all([
      import("./open-directory.ts"),
      import("../../settings/okta-settings.ts"),
    ]);
    const settings = readSiteOktaSettings(environment);
    const send: typeof fetch = (input, init) => fetch(input, init);
    return openInstanceDirectory({ settings, scopes, clock, fetch: send }).reads(signal);
  };
  return {
    user: async (id) => await (await open()).user(id),
    groupsOf: async (userId) => await (await open()).groupsOf(userId),
    group: async (id) => await (await open()).group(id),
    get: async (path) => await (await open()).get(path),
  };
}
