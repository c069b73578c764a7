/** The project's handlers: whether they load, whether `.env` has what they declare, and whether Okta grants their scopes. */
import { neededScopes } from "../../handler-kit/handler-list.ts";
import { checkHandlerSettings } from "../../handler-kit/handler-settings.ts";
import { findScopeProblems } from "../../okta/directory/check-scopes.ts";
import { readOktaSettings } from "../../settings/okta-settings.ts";
import type { CliContext } from "../cli-context.ts";
import { CommandError } from "../terminal.ts";
import { error, type Finding, fine } from "./finding.ts";

/** One line if all is well, else one for each handler at fault and for each scope that Okta does not grant. Values are never told. */
export async function checkHandlers({
  handlers: load,
  environment,
  clock,
}: Pick<CliContext, "handlers" | "environment" | "clock">): Promise<Finding[]> {
  try {
    const handlers = await load();
    const unusable = checkHandlerSettings(handlers, environment);
    const scopes = await findScopeProblems(neededScopes(handlers), {
      readSettings: () => readOktaSettings(environment),
      clock,
      fetch,
    });
    const findings = [
      ...unusable.map(({ handler, problem }) =>
        error(
          "handlers",
          `${handler}: ${problem}`,
          "set it in .env, and in the site's environment variables",
        ),
      ),
      ...[...scopes].map(([scope, problem]) => {
        const names = handlers.filter(({ okta }) => okta.includes(scope)).map(({ name }) => name);
        return error("handlers", `${names.join(", ")} cannot read Okta with ${scope}: ${problem}`);
      }),
    ];
    if (findings.length > 0) return findings;
    const count = handlers.length === 1 ? "1 handler" : `${handlers.length} handlers`;
    return [fine("handlers", `${count}, and every setting and scope that a handler declares`)];
  } catch (cause) {
    if (!(cause instanceof CommandError)) throw cause;
    return [error("handlers", cause.message)];
  }
}
