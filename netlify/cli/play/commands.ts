/** The commands that play Okta against an endpoint: `verify` and `preview`. */
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { Command, InvalidArgumentError, Option } from "commander";
import { LOCAL_ENDPOINT } from "../../addresses.ts";
import { type Environment, readHookSettings } from "../../config.ts";
import { sampleDelivery } from "../../samples/sample-delivery.ts";
import { CommandError, type Terminal } from "../terminal.ts";
import { readAddress } from "./call-endpoint.ts";
import { preview } from "./preview.ts";
import { verify } from "./verify.ts";

const MAX_COUNT = 1000;

function urlOption(): Option {
  return new Option("--url <address>", "the endpoint's address").default(LOCAL_ENDPOINT);
}

function headerOption(): Option {
  return new Option("--header <name: value>", "a further header; may be repeated")
    .argParser((text: string, before: Map<string, string>) => new Map([...before, readHeader(text)]))
    .default(new Map<string, string>(), "none");
}

/** `verify`: exit code 1 when the endpoint does not pass. */
export function verifyCommand(environment: Environment, terminal: Terminal): Command {
  return new Command("verify")
    .description("play Okta's one-time verification")
    .addOption(urlOption())
    .addOption(headerOption())
    .addHelpText(
      "after",
      "\nExample: npm run hook -- verify --url https://example.netlify.app/okta-webhooks-endpoint",
    )
    .action(async ({ url, header }: { url: string; header: Map<string, string> }) => {
      const settings = readHookSettings(environment);
      const order = { url: readAddress(url, settings), headers: header, settings, challenge: randomUUID() };
      if (!(await verify(order, terminal))) process.exitCode = 1;
    });
}

interface PreviewOptions {
  readonly url: string;
  readonly header: Map<string, string>;
  readonly count: number;
  readonly sample?: true;
  readonly file?: string;
}

/** `preview`: exit code 1 unless every delivery was accepted. */
export function previewCommand(environment: Environment, terminal: Terminal): Command {
  return new Command("preview")
    .description("play Okta's Preview: deliver a sample event, new each time")
    .argument("[event type]", "the type of the event", "user.lifecycle.create")
    .addOption(urlOption())
    .addOption(headerOption())
    .addOption(new Option("--sample", "the sparse body that Okta sends when there is no recent event"))
    .addOption(new Option("--file <file>", "deliver a body of your own, byte for byte").conflicts("sample"))
    .addOption(
      new Option("--count <number>", "how many deliveries, one after the other")
        .argParser(readCount)
        .default(1),
    )
    .addHelpText(
      "after",
      "\nExamples:\n  npm run hook -- preview user.account.lock\n  npm run hook -- preview --sample\n  npm run hook -- preview --file body.json --count 2",
    )
    .action(async (eventType: string, { url, header, count, sample, file }: PreviewOptions) => {
      const settings = readHookSettings(environment);
      const order = {
        url: readAddress(url, settings),
        headers: header,
        settings,
        count,
        ...(file === undefined ? sampleBody(eventType, sample === true) : fileBody(file)),
      };
      if (!(await preview(order, terminal))) process.exitCode = 1;
    });
}

function sampleBody(eventType: string, sparse: boolean) {
  return {
    what: `${eventType}, ${sparse ? "Okta's sparse sample" : "Jane Doe by Joe Admin"}`,
    makeBody: () => Buffer.from(JSON.stringify(sampleDelivery({ eventType, now: new Date(), sparse }))),
  };
}

function fileBody(file: string) {
  try {
    const bytes = readFileSync(file);
    return { what: `${file}, ${bytes.byteLength} bytes`, makeBody: () => bytes };
  } catch (error) {
    const reason = error instanceof Error && "code" in error ? String(error.code) : "unknown reason";
    throw new CommandError(`${file} cannot be read (${reason}).`);
  }
}

function readCount(text: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1 || count > MAX_COUNT) {
    throw new InvalidArgumentError(`Give a whole number from 1 to ${MAX_COUNT}.`);
  }
  return count;
}

function readHeader(text: string): [string, string] {
  const colon = text.indexOf(":");
  const pair: [string, string] = [text.slice(0, Math.max(colon, 0)).trim(), text.slice(colon + 1).trim()];
  try {
    new Headers([pair]);
  } catch {
    // `Headers` knows what a header may be; its words would not help here.
    throw new InvalidArgumentError('Give it as "name: value".');
  }
  return pair;
}
