/** The commands that play Okta against an endpoint: `verify` and `preview`. */
import { randomUUID } from "node:crypto";
import { Command, InvalidArgumentError, Option } from "commander";
import { ENDPOINT_PATH } from "../../base/addresses.ts";
import { readHookSettings } from "../../settings/hook-settings.ts";
import type { CliContext } from "../cli-context.ts";
import { besideJson, jsonOption, printJson } from "../json.ts";
import { readHeader } from "../read-header.ts";
import { readTarget } from "../read-target.ts";
import { urlOption } from "../url-option.ts";
import { refusePlainHttp } from "./call-endpoint.ts";
import { preview } from "./preview.ts";
import { fileBody, sampleBody, storedBody } from "./previewed-body.ts";
import { reportRuns } from "./report-runs.ts";
import { verify } from "./verify.ts";

const MAX_COUNT = 1000;

function headerOption(): Option {
  return new Option("--header <name: value>", "a further header; may be repeated")
    .argParser((text: string, before: Map<string, string>) => {
      const { name, value } = readHeader(text);
      return new Map([...before, [name, value]]);
    })
    .default(new Map<string, string>(), "none");
}

/** `verify`: exit code 1 when the endpoint does not pass. */
export function verifyCommand({ environment, terminal }: CliContext): Command {
  return new Command("verify")
    .description("play Okta's one-time verification")
    .addOption(urlOption())
    .addOption(headerOption())
    .addOption(jsonOption("{url, verified, status, tookMs, problem}; what is not there is null"))
    .addHelpText(
      "after",
      "\nExample: npm run hook -- verify --url https://example.netlify.app/okta-webhooks-endpoint",
    )
    .action(async ({ url, header, json }: { url?: string; header: Map<string, string>; json?: true }) => {
      const settings = readHookSettings(environment);
      const order = {
        url: refusePlainHttp(readTarget(url).endpoint, settings),
        headers: header,
        settings,
        challenge: randomUUID(),
      };
      const verified = await verify(order, json ? besideJson(terminal) : terminal);
      if (json) printJson(terminal, verified);
      if (!verified.verified) process.exitCode = 1;
    });
}

interface PreviewOptions {
  readonly url?: string;
  readonly header: Map<string, string>;
  readonly count: number;
  readonly wait: boolean;
  readonly sample?: true;
  readonly file?: string;
  readonly from?: string;
  readonly json?: true;
}

/** So many events are asked after. */
const MAX_REPORTED = 5;

/** `preview`: exit code 1 unless every delivery was accepted. */
export function previewCommand(context: CliContext): Command {
  const { environment, terminal, clock } = context;
  return new Command("preview")
    .description(
      "play Okta's Preview: deliver a sample event, new each time, and say what its handlers made of it",
    )
    .argument("[event type]", "the type of the event", "user.lifecycle.create")
    .addOption(urlOption())
    .addOption(headerOption())
    .addOption(new Option("--sample", "the sparse body that Okta sends when there is no recent event"))
    .addOption(
      new Option(
        "--file <file>",
        "deliver a body of your own, byte for byte; an event alone, as `show --json` prints it, is put into an envelope",
      ).conflicts(["sample", "from"]),
    )
    .addOption(
      new Option(
        "--from <uuid>",
        "deliver a stored event here: the one with this uuid of the site that --url names",
      ).conflicts("sample"),
    )
    .addOption(
      new Option("--count <number>", "how many deliveries, one after the other")
        .argParser(readCount)
        .default(1),
    )
    .option("--no-wait", "do not wait for the handlers")
    .addOption(
      jsonOption(
        "{url, deliveries: [{status, tookMs, uuids, problem}], events: [{uuid, receivedAt, runs, filteredOut}] or null where it did not wait}",
      ),
    )
    .addHelpText(
      "after",
      "\nExamples:\n  npm run hook -- preview user.account.lock\n  npm run hook -- preview --sample\n  npm run -s hook -- show 2f1c8a1e --json > event.json\n  npm run hook -- preview --file event.json --count 2\n  npm run hook -- preview --from 2f1c8a1e --url https://example.netlify.app",
    )
    .action(async (eventType: string, options: PreviewOptions) => {
      const { url, header, count, sample, file, from, wait, json } = options;
      const beside = json ? besideJson(terminal) : terminal;
      const settings = readHookSettings(environment);
      // `--from`: the site that is named gives the event, and it is delivered here.
      const target = readTarget(from === undefined ? url : undefined);
      const body =
        from !== undefined
          ? await storedBody(from, url, environment)
          : file !== undefined
            ? fileBody(file)
            : await sampleBody(eventType, sample === true, beside);
      const startedAt = body.isNew ? null : clock.now();
      const order = {
        url: refusePlainHttp(target.endpoint, settings),
        headers: header,
        settings,
        count,
        ...body,
      };
      const deliveries = await preview(order, beside);
      if (deliveries.length < count || deliveries.some(({ problem }) => problem !== null))
        process.exitCode = 1;
      const uuids = [...new Set(deliveries.flatMap((delivery) => delivery.uuids))];
      const isOurs = target.endpoint.pathname === ENDPOINT_PATH;
      const asks = wait && isOurs && uuids.length > 0 && uuids.length <= MAX_REPORTED;
      const told = asks
        ? await reportRuns(uuids, { url: target.site, startedAt }, { ...context, terminal: beside })
        : null;
      if (!json) return;
      const events =
        told?.map(({ uuid, receivedAt, runs, filteredOut }) => ({ uuid, receivedAt, runs, filteredOut })) ??
        null;
      printJson(terminal, { url: target.endpoint.href, deliveries, events });
    });
}

function readCount(text: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1 || count > MAX_COUNT) {
    throw new InvalidArgumentError(`Give a whole number from 1 to ${MAX_COUNT}.`);
  }
  return count;
}
