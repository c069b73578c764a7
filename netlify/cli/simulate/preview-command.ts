/** `preview`: plays Okta's Preview, deliveries of sample events, against an endpoint, and says what the handlers made of them. */
import { Command, Option } from "commander";
import { ENDPOINT_PATH } from "../../base/addresses.ts";
import { OKTA_TIMEOUT_MS } from "../../hook/answer.ts";
import { readDelivery } from "../../hook/read-delivery.ts";
import { PREVIEW_HEADER } from "../../hook/read-origin.ts";
import { type HookSettings, readHookSettings } from "../../settings/hook-settings.ts";
import type { CliContext } from "../cli-context.ts";
import { jsonOption, repeatable, urlOption, wholeNumber } from "../options.ts";
import { readTarget } from "../read-target.ts";
import { besideJson, printJson, type Terminal } from "../terminal.ts";
import { callEndpoint, explainAnswer, refusePlainHttp } from "./call-endpoint.ts";
import {
  fileBody,
  type PreviewedBody,
  readChange,
  type SampleChange,
  sampleBody,
  storedBody,
} from "./previewed-body.ts";
import { isFailed, reportRuns } from "./report-runs.ts";
import { headerOption, type TypedHeader } from "./verify-command.ts";

const MAX_COUNT = 1000;
/** So many events are asked after. */
const MAX_REPORTED = 5;
const SHOWN_UUIDS = 3;

interface PreviewOptions {
  readonly url?: string;
  readonly header: readonly TypedHeader[];
  readonly count: number;
  readonly wait: boolean;
  readonly sample?: true;
  readonly set?: readonly SampleChange[];
  readonly file?: string;
  readonly from?: string;
  readonly yes?: true;
  readonly json?: true;
}

/** Exit code 1 unless every delivery was accepted and no handler failed. */
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
      repeatable(
        "--set <path=value>",
        "change the sample, e.g. outcome.result=FAILURE; the value is JSON, or else a text",
        readChange,
      ).conflicts(["file", "from"]),
    )
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
        .argParser(wholeNumber(1, MAX_COUNT))
        .default(1),
    )
    .option("--no-wait", "do not wait for the handlers")
    .option("--yes", "do not ask before an event type that Okta does not have")
    .addOption(
      jsonOption(
        "{url, deliveries: [{status, tookMs, uuids, problem}], events: [{uuid, receivedAt, runs, filteredOut}] or null where it did not wait}",
      ),
    )
    .addHelpText(
      "after",
      `
Exit code 0: delivered, and no handler failed; 1: otherwise; 2: the command line is wrong.

Examples:
  npm run hook -- preview user.account.lock
  npm run hook -- preview user.session.start --set outcome.result=FAILURE
  npm run -s hook -- show 2f1c8a1e --json > event.json
  npm run hook -- preview --file event.json --count 2
  npm run hook -- preview --from 2f1c8a1e --url https://example.netlify.app`,
    )
    .action(async (eventType: string, options: PreviewOptions) => {
      const { url, count, from, file, json } = options;
      const beside = { ...context, terminal: json ? besideJson(terminal) : terminal };
      const settings = readHookSettings(environment);
      // `--from`: the site that is named gives the event, and it is delivered here.
      const target = readTarget(from === undefined ? url : undefined);
      const endpoint = refusePlainHttp(target.endpoint, settings);
      const body =
        from !== undefined
          ? await storedBody(from, url, environment)
          : file !== undefined
            ? fileBody(file)
            : await sampleBody(eventType, options, beside);
      const startedAt = body.isNew ? null : clock.now();
      const deliveries = await deliver({ endpoint, settings, body, ...options }, beside.terminal);
      const uuids = [...new Set(deliveries.flatMap((delivery) => delivery.uuids))];
      const isOurs = endpoint.pathname === ENDPOINT_PATH;
      const asks = options.wait && isOurs && uuids.length > 0 && uuids.length <= MAX_REPORTED;
      const events = asks ? await reportRuns(uuids, { url: target.site, startedAt }, beside) : null;
      const isAccepted = deliveries.length === count && deliveries.every(({ problem }) => problem === null);
      if (!isAccepted || events?.some(isFailed)) process.exitCode = 1;
      if (!json) return;
      printJson(terminal, {
        url: endpoint.href,
        deliveries,
        events:
          events?.map(({ uuid, receivedAt, runs, filteredOut }) => ({
            uuid,
            receivedAt,
            runs,
            filteredOut,
          })) ?? null,
      });
    });
}

/** What became of one delivery. */
interface PreviewResult {
  /** Null: no answer came. */
  readonly status: number | null;
  readonly tookMs: number | null;
  /** Of the events that were accepted. */
  readonly uuids: readonly string[];
  /** Why it was not accepted; null: it was. */
  readonly problem: string | null;
}

interface Order extends Pick<PreviewOptions, "header" | "count"> {
  readonly endpoint: URL;
  readonly settings: HookSettings;
  readonly body: PreviewedBody;
}

/**
 * Delivers, one after the other, and says status, latency and the events' uuids of each.
 * @returns one for each that was tried: where nobody answers, the first is the last
 */
async function deliver(
  { endpoint, settings, body, header, count }: Order,
  { out, error }: Terminal,
): Promise<PreviewResult[]> {
  out(`POST ${endpoint.href}`);
  out(`     ${body.what}${count > 1 ? `, ${count} deliveries` : ""}`);
  const deliveries: PreviewResult[] = [];
  for (let turn = 1; turn <= count; turn++) {
    const bytes = body.makeBody();
    const answer = await callEndpoint({
      method: "POST",
      url: endpoint,
      headers: [
        ["content-type", "application/json"],
        ["accept", "application/json"],
        [PREVIEW_HEADER, "1"],
        ...header.map(({ name, value }): [string, string] => [name, value]),
      ],
      body: bytes,
      settings,
    });
    const answered = answer.kind === "answered" ? answer : null;
    const status = answered?.status ?? null;
    const tookMs = answered && Math.round(answered.tookMs);
    const isAccepted = status !== null && status >= 200 && status < 300;
    const uuids = isAccepted ? eventUuids(bytes) : [];
    const problem = isAccepted ? null : explainAnswer(answer, endpoint);
    deliveries.push({ status, tookMs, uuids, problem });
    if (problem !== null) error(`NOT ACCEPTED: ${problem}`);
    else out([`${status} in ${tookMs} ms`, ...shorten(uuids)].join("  "));
    if (isAccepted && (tookMs ?? 0) > OKTA_TIMEOUT_MS) {
      error(
        `Okta waits ${OKTA_TIMEOUT_MS / 1000} seconds. netlify dev may take longer while it loads; a deployed site does not.`,
      );
    }
    // Nobody answers the next ones either.
    if (answer.kind === "unreachable") break;
  }
  const accepted = deliveries.filter(({ problem }) => problem === null).length;
  if (count > 1) out(`${accepted} of ${count} deliveries were accepted`);
  return deliveries;
}

function shorten(uuids: readonly string[]): string[] {
  if (uuids.length === 0) return [];
  return [uuids.slice(0, SHOWN_UUIDS).join(" ") + (uuids.length > SHOWN_UUIDS ? " …" : "")];
}

/** Of the body's events; none where it is no event hook: the endpoint says what it makes of it. */
function eventUuids(body: Uint8Array): string[] {
  const reading = readDelivery(Buffer.from(body).toString());
  return reading.outcome === "event-hook" ? reading.events.map(({ event }) => event.uuid) : [];
}
