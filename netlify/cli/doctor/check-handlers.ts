/** The project's handlers: whether they load, and whether `.env` has what they declare. */
import { checkHandlerSettings } from "../../handler-kit/handler-settings.ts";
import type { CliContext } from "../cli-context.ts";
import { CommandError } from "../terminal.ts";
import { error, type Finding, fine } from "./finding.ts";

/** One line if all is well, else one for each handler at fault. Values are never told. */
export async function checkHandlers({
  handlers: load,
  environment,
}: Pick<CliContext, "handlers" | "environment">): Promise<Finding[]> {
  try {
    const handlers = await load();
    const unusable = checkHandlerSettings(handlers, environment);
    if (unusable.length === 0) {
      const count = handlers.length === 1 ? "1 handler" : `${handlers.length} handlers`;
      return [fine("handlers", `${count}, and every setting that a handler declares`)];
    }
    return unusable.map(({ handler, problem }) =>
      error("handlers", `${handler}: ${problem}`, "set it in .env, and in the site's environment variables"),
    );
  } catch (cause) {
    if (!(cause instanceof CommandError)) throw cause;
    return [error("handlers", cause.message)];
  }
}
