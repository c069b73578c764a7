/** Runs a command as `npm run hook --` does, in this process, against stand-ins for the org and the endpoint. */
import { Command } from "commander";
import { onTestFinished, vi } from "vitest";
import { LOCAL_ENDPOINT } from "../../../netlify/base/addresses.ts";
import { alertCommand } from "../../../netlify/cli/alert-command.ts";
import type { CliContext } from "../../../netlify/cli/cli-context.ts";
import { doctorCommand } from "../../../netlify/cli/doctor/command.ts";
import type { Machine } from "../../../netlify/cli/doctor/machine.ts";
import { oktaCommand } from "../../../netlify/cli/okta/command.ts";
import { CommandError, openTerminal } from "../../../netlify/cli/terminal.ts";
import type { Handler } from "../../../netlify/handler-kit/define-handler.ts";
import { SettingsError } from "../../../netlify/settings/environment.ts";
import { type StandInEndpoint, startEndpoint } from "../../okta/stand-in/start-endpoint.ts";
import { type OrgOptions, type StandInOrg, startOrg } from "../../okta/stand-in/start-org.ts";

/** Where the stand-in endpoint is, as Okta sees it. */
export const ADDRESS = "https://hooks.example.com/okta-webhooks-endpoint";
export const SECRET = "Basic b2t0YTphLXNlY3JldC1vZi10aGlzLXRlc3Q=";

/** An org, an endpoint that it can reach, and the settings that belong to them. */
export interface World {
  readonly org: StandInOrg;
  readonly endpoint: StandInEndpoint;
  readonly variables: Record<string, string>;
  /** What the handlers listen to. */
  subscription: string[];
  /** The handlers themselves, for their settings; none unless told. */
  handlers?: readonly Handler[];
  /** What the doctor finds on the machine. */
  machine?: Machine;
  /** Called instead of each wait. */
  onSleep?(delayMs: number): Promise<void>;
}

/** Starts both; they end with the test. The test fails if a request departed from Okta's contract. */
export async function startWorld(options: Omit<OrgOptions, "resolve"> = {}): Promise<World> {
  const endpoint = await startEndpoint({ secrets: [SECRET], header: "authorization" });
  const org = await startOrg({ ...options, resolve: () => endpoint.url });
  onTestFinished(async () => {
    await org[Symbol.asyncDispose]();
    await endpoint[Symbol.asyncDispose]();
    if (org.violations.length > 0) throw new Error(`Okta's contract: ${org.violations.join("\n")}`);
  });
  return {
    org,
    endpoint,
    variables: { OKTA_ORG_URL: org.url, OKTA_API_TOKEN: org.apiToken, OKTA_HOOK_SECRET: SECRET },
    subscription: ["user.lifecycle.create"],
  };
}

/** What a person saw. */
export interface Seen {
  /** Standard output and error as they came, the org's port as PORT. */
  readonly screen: string;
  readonly out: string;
  readonly exitCode: number;
}

/** Runs `hook <args>`. `answers` are given to its questions in turn; none: nobody is there. */
export async function runHook(args: readonly string[], world: World, answers?: boolean[]): Promise<Seen> {
  const lines: { readonly stream: "out" | "error"; readonly text: string }[] = [];
  const terminal = openTerminal({
    out: (text) => lines.push({ stream: "out", text }),
    error: (text) => lines.push({ stream: "error", text }),
    watched: false,
    interactive: false,
  });
  const context: CliContext = {
    environment: (name) => world.variables[name],
    terminal,
    prompter: {
      async confirm(question) {
        const answer = answers?.shift();
        if (answer !== undefined) terminal.error(`? ${question} ${answer ? "yes" : "no"}`);
        return answer;
      },
      during: (_, work) => work(),
      tell: (text) => terminal.error(text),
    },
    clock: {
      now: () => Date.UTC(2026, 10, 24, 10),
      wait: async (delayMs) => {
        await world.onSleep?.(delayMs);
        return true;
      },
    },
    randomBytes: (count) => Buffer.alloc(count, 7),
    subscription: async () => world.subscription,
    handlers: async () => world.handlers ?? [],
    directory: process.cwd(),
  };
  const exitCode = await withMappedAddress(world, () => execute(args, context, world.machine));
  const text = (chosen: typeof lines) =>
    chosen.map((line) => line.text.replaceAll(new URL(world.org.url).port, "PORT")).join("\n");
  return { screen: text(lines), out: text(lines.filter(({ stream }) => stream === "out")), exitCode };
}

async function execute(args: readonly string[], context: CliContext, machine?: Machine): Promise<number> {
  const { terminal } = context;
  const program = new Command("hook").addCommand(oktaCommand(context)).addCommand(alertCommand(context));
  if (machine) program.addCommand(doctorCommand(context, machine));
  const before = process.exitCode;
  process.exitCode = 0;
  try {
    await program.parseAsync(args, { from: "user" });
    return Number(process.exitCode);
  } catch (error) {
    if (!(error instanceof CommandError || error instanceof SettingsError)) throw error;
    terminal.error(error.message);
    return 1;
  } finally {
    process.exitCode = before;
  }
}

/** The public address leads to the stand-in endpoint, for the command as for Okta. */
async function withMappedAddress<Result>({ endpoint }: World, work: () => Promise<Result>): Promise<Result> {
  const real = globalThis.fetch;
  const mapped = [new URL(ADDRESS).host, new URL(LOCAL_ENDPOINT).host];
  vi.stubGlobal("fetch", (input: URL | string, init?: RequestInit) =>
    real(mapped.includes(new URL(input).host) ? endpoint.url : input, init),
  );
  try {
    return await work();
  } finally {
    vi.unstubAllGlobals();
  }
}
