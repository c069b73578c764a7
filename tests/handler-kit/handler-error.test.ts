import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { build } from "esbuild";
import fc from "fast-check";
import { describe, expect, onTestFinished, test } from "vitest";
import { NonRetriableError, RetryAfterError } from "#handler-kit";

const now = Date.parse("2026-11-24T10:00:00.000Z");
const DAY_MS = 86_400_000;

describe("a run that is put off", () => {
  test.each([
    ["seconds", 120, 120_000],
    ["parts of a second", 2.5, 2_500],
    ["a time", new Date(now + 90_000), 90_000],
    ["a time that is over, as one second", new Date(now - 5_000), 1_000],
    ["no time, as one second", 0, 1_000],
    ["less than no time, as one second", -30, 1_000],
    ["a year, as a day", new Date(now + 365 * DAY_MS), DAY_MS],
    ["for ever, as a day", Number.POSITIVE_INFINITY, DAY_MS],
  ])("waits %s", (_, retryAfter, delayMs) => {
    expect(new RetryAfterError("busy", retryAfter).delayMs(now)).toBe(delayMs);
  });

  test.each([Number.NaN, new Date("soon"), "120", undefined, null])(
    "fails like any other when its time is %s, and keeps its message",
    (retryAfter) => {
      expect(() => new RetryAfterError("HR is busy", retryAfter as number)).toThrow(
        new TypeError(`HR is busy: RetryAfterError takes seconds or a valid Date, not ${retryAfter}`),
      );
    },
  );

  const response = (headers: Record<string, string>, status = 429) => new Response(null, { status, headers });
  const date = "Tue, 24 Nov 2026 09:50:00 GMT"; // The other side's clock is ten minutes slow.

  test.each([
    ["seconds", { "retry-after": "120" }, 120_000],
    ["seconds, whatever its clock says", { "retry-after": "120", date }, 120_000],
    ["a date by our clock", { "retry-after": "Tue, 24 Nov 2026 10:01:00 GMT" }, 60_000],
    ["a date by its own clock", { "retry-after": "Tue, 24 Nov 2026 09:52:00 GMT", date }, 120_000],
    ["Okta's limit", { "x-rate-limit-reset": String(now / 1_000 + 30) }, 30_000],
    ["Okta's limit, by Okta's clock", { "x-rate-limit-reset": String(now / 1_000 - 570), date }, 30_000],
    ["nothing, for a minute", {}, 60_000],
    ["nothing that can be read, for a minute", { "retry-after": "soon, say 2030" }, 60_000],
    ["nothing, for a minute: a date alone is no time to come back", { date }, 60_000],
  ])("takes the time of a response that says %s", (_, headers, delayMs) => {
    expect(RetryAfterError.from(response(headers)).delayMs(now)).toBe(delayMs);
  });

  test("takes a time between a second and a day from whatever a response says", () => {
    const text = fc.oneof(fc.string(), fc.integer().map(String), fc.date().map(String)).map(encodeURI);
    fc.assert(
      fc.property(text, text, text, (retryAfter, reset, at) => {
        const headers = { "retry-after": retryAfter, "x-rate-limit-reset": reset, date: at };
        const delayMs = RetryAfterError.from(response(headers)).delayMs(now);
        expect(delayMs).toBeGreaterThanOrEqual(1_000);
        expect(delayMs).toBeLessThanOrEqual(DAY_MS);
      }),
    );
  });

  test("says which host answered what, and nothing of the path", () => {
    const { status, headers } = response({}, 503);
    const url = "https://hr.example.com/people/jane?token=secret";
    expect(RetryAfterError.from({ status, headers, url }).message).toBe("hr.example.com answered 503");
    expect(RetryAfterError.from(response({})).message).toBe("The other side answered 429");
  });
});

test("both errors keep their cause and are errors by name", () => {
  const cause = new Error("connect ECONNREFUSED");
  for (const error of [
    new RetryAfterError("busy", 1, { cause }),
    RetryAfterError.from(new Response(), { cause }),
    new NonRetriableError("no such plan", { cause }),
  ]) {
    expect(error).toBeInstanceOf(Error);
    expect(error.cause).toBe(cause);
  }
  expect(String(new NonRetriableError("no such plan"))).toBe("NonRetriableError: no such plan");
});

// As `bundle-functions.ts` builds: the handlers are a chunk of their own, loaded when a function needs them.
test("are known to the function that loads a handler, also when both are bundled and minified", async () => {
  const root = await mkdtemp(join(tmpdir(), "handler-error-"));
  onTestFinished(() => rm(root, { recursive: true }));
  const kit = JSON.stringify(resolve("netlify/handler-kit/index.ts"));
  const errors = JSON.stringify(resolve("netlify/handler-kit/handler-error.ts"));
  await mkdir(join(root, "src"));
  await writeFile(
    join(root, "src/handler.ts"),
    `import { NonRetriableError, RetryAfterError } from ${kit};
export const thrown = [new RetryAfterError("busy", 5), new NonRetriableError("no")];`,
  );
  await writeFile(
    join(root, "src/function.ts"),
    `import { NonRetriableError, RetryAfterError } from ${errors};
const { thrown: [later, dead] } = await import("./handler.ts");
console.log(later instanceof RetryAfterError, later.name, later.delayMs(0), dead instanceof NonRetriableError, dead.name);`,
  );
  await build({
    entryPoints: [join(root, "src/function.ts")],
    outdir: join(root, "out"),
    outExtension: { ".js": ".mjs" },
    platform: "node",
    format: "esm",
    bundle: true,
    splitting: true,
    minify: true,
  });
  const said = execFileSync(process.execPath, [join(root, "out/function.mjs")], { encoding: "utf8" });
  expect(said.trim()).toBe("true RetryAfterError 5000 true NonRetriableError");
});
