import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fingerprintFailure } from "../../../netlify/events/work/fingerprint-failure.ts";
import { cpuMs } from "../../support/cpu-ms.ts";

const handler = "offboard-user";

/** An error thrown by a line of the handler's. */
function failure(message: string, { name = "Error", line = 12, cause }: Partial<Made> = {}): Error {
  const error = new Error(message, cause && { cause });
  error.name = name;
  error.stack = `${name}: ${message}\n    at handle (file:///srv/netlify/handlers/offboard-user.ts:${line}:9)`;
  return error;
}
interface Made {
  readonly name: string;
  readonly line: number;
  readonly cause: Error;
}

const fingerprint = (error: unknown, event?: Parameters<typeof fingerprintFailure>[0]["event"]) =>
  fingerprintFailure({ handler, error, ...(event && { event }) });

/** An event about a person. */
const about = (displayName: string, login: string, id = "00u1ToivgbyfizoishZc") => ({
  target: [{ type: "User", id, alternateId: login, displayName }],
});

/** Two values of one kind, of which a message may have either. */
const pairs = fc
  .constantFrom<fc.Arbitrary<unknown>>(
    fc.integer(),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.uuid(),
    fc.emailAddress().filter((address) => !/(?<![a-z0-9])'|'(?![a-z0-9])|`/.test(address)),
    fc.ipV4(),
    fc.ipV6(),
    fc.oneof(fc.ipV4(), fc.ipV6()),
    // A quote or a parenthesis at a URL's end may be the sentence's.
    fc.webUrl({ withQueryParameters: true, withFragments: true }).filter((url) => !/['()]/.test(url)),
    fc
      .date({ noInvalidDate: true, min: new Date(0), max: new Date("2100-01-01") })
      .map((date) => date.toISOString()),
    fc.stringMatching(/^00u[A-Za-z0-9]{17}$/),
    fc.string().map((text) => JSON.stringify(text)),
    fc.stringMatching(/^'(?:[^']|[A-Za-z]'[a-z])*'$/),
    fc.stringMatching(/^“[^”]*”$/),
    fc.stringMatching(/^\p{Lu}\p{Ll}{1,9}(?: van)? \p{Lu}\p{Ll}{1,9}$/u),
    fc.constantFrom(
      "Ada Lovelace",
      "Ludwig van Beethoven",
      "Zoë O'Connor-Smith",
      "Doe, Jane",
      "J. R. R. Tolkien",
    ),
  )
  .chain((kind) => fc.tuple(kind, kind));
const template = fc.constantFrom(
  (value: unknown) => `HR knows no user ${value}`,
  (value: unknown) => `HR answered ${value}, and can't say why`,
  (value: unknown) => `no mailbox (${value}) in the directory`,
  (value: unknown) => `unexpected: ${value}`,
  (value: unknown) => `it's missing: user=${value} of the group`,
);

describe("the fingerprint of a failure", () => {
  test("is the same whatever number, id, address, quoted text or name its message has", () => {
    fc.assert(
      fc.property(template, pairs, (message, [one, other]) => {
        expect(fingerprint(failure(message(one)))).toBe(fingerprint(failure(message(other))));
      }),
      { numRuns: 2_000 },
    );
  });

  test("is the same whoever of the event's people the message names, however they are written", () => {
    const people = [
      ["jane doe", "jane.doe@example.com"],
      ["Jane", "jane"],
      ["王伟", "wang@example.com"],
      ["D'Arcy (Extern)", "darcy+test@example.com"],
      ["de la cruz", "DELACRUZ@example.com"],
    ] as const;
    const prints = people.flatMap(([name, login]) =>
      [name, name.toUpperCase(), login, login.replace(/@.*/, "")].flatMap((said) => [
        fingerprint(failure(`no mailbox for ${said} yet`), about(name, login)),
      ]),
    );
    expect(new Set(prints).size).toBe(1);
    const first = people.map(([name, login]) => fingerprint(failure(`${name} left`), about(name, login)));
    expect(new Set(first).size).toBe(1);
  });

  test("makes one kind of 31 letters whose errors differ only by a name", () => {
    const names = Array.from(
      { length: 31 },
      (_, i) => `${"ABCDEFGHIJKLMNOPQRSTUVWXYZ"[i % 26]}nna Person${"abcde"[i % 5]}`,
    );
    for (const message of [
      (name: string) => `HR knows no ${name}`,
      (name: string) => `${name} is no employee`,
    ]) {
      expect(new Set(names.map((name) => fingerprint(failure(message(name))))).size).toBe(1);
    }
  });

  test("differs by handler, class, own line, message and cause", () => {
    const failures = [
      failure("HR is closed"),
      failure("HR is open"),
      failure("HR is closed", { line: 13 }),
      failure("HR is closed", { name: "HrError" }),
      failure("HR is closed", { cause: new Error("connect ECONNREFUSED 10.0.0.1:443") }),
      failure("HR is closed", { cause: new Error("getaddrinfo ENOTFOUND hr.example.com") }),
      "took longer than 10000 ms and was aborted",
      undefined,
    ];
    const prints = [
      ...failures.map((error) => fingerprint(error)),
      fingerprintFailure({ handler: "b", error: failures[0] }),
    ];
    expect(new Set(prints).size).toBe(prints.length);
  });

  test("does not mind the machine, nor what ran the handler", () => {
    const windows = failure("no");
    windows.stack = "Error: no\n    at handle (C:\\srv\\netlify\\handlers\\offboard-user.ts:12:40)";
    const elsewhere = failure("no");
    elsewhere.stack = `Error: no
    at call (file:///x/node_modules/hr/index.js:1:1)
    at RetryAfterError.from (file:///x/netlify/handler-kit/handler-error.ts:1:1)
    at handle (file:///x/netlify/handlers/offboard-user.ts:12:1)
    at run (file:///x/netlify/events/work/run-handler.ts:52:1)`;
    expect(fingerprint(windows)).toBe(fingerprint(failure("no")));
    expect(fingerprint(elsewhere)).toBe(fingerprint(failure("no")));
  });

  test("is 16 hexadecimal digits of whatever is thrown, which may throw itself", () => {
    const hostile = Object.defineProperty(new Error("x"), "message", {
      get() {
        throw new Error("no");
      },
    });
    for (const thrown of [null, Symbol("x"), Object.create(null), hostile, {}, 5n]) {
      expect(fingerprint(thrown)).toMatch(/^[\da-f]{16}$/);
    }
    fc.assert(
      fc.property(
        fc.string({ unit: "binary", maxLength: 300 }),
        fc.string({ unit: "binary" }),
        (message, name) => {
          expect(fingerprint(failure(message), about(name, name, name))).toMatch(/^[\da-f]{16}$/);
        },
      ),
    );
  });

  test.each([
    "a",
    "a.",
    "a ",
    "A",
    "Aa ",
    "de ",
    "'",
    '"',
    "' ",
    "a@",
    "1",
    "-",
    ":",
    "a:",
    "://",
    "\\",
    '"\\',
  ])("takes no time for a message of a hundred thousand times %j", (piece) => {
    expect(cpuMs(() => fingerprint(failure(piece.repeat(100_000)))).ms).toBeLessThan(1_000);
  });
});
