/**
 * Generates event hooks as text, most of them valid as far as the envelope goes and all of them odd: repeated keys,
 * `__proto__`, deep nesting, NUL and half characters, huge numbers, fields dropped, null or of another type.
 */
import fc from "fast-check";

/** A generated body and, for each event in it, exactly the text that was put there. */
export interface HostileHook {
  readonly body: string;
  readonly events: readonly string[];
}

const whiteSpace = fc.constantFrom("", "", "", " ", "\n", "\t", "\r\n  ");
const oddText = fc.constantFrom(
  ...['"\\u0000"', '"\\ud800"', '"\ud800"', '"\\udc00\\ud800"', '"]},{["', '"\\\\\\""', '"\u202e\u2028"'],
  ...['"__proto__"', '""', '"now"', '"275760-09-13T00:00:00Z"', '"\\u001b[2J"', `"${"x".repeat(5000)}"`],
);
const oddNumber = fc.constantFrom("1e400", "-1e400", "-0", "1.0", "12345678901234567890", "5e-324", "0.1E+1");
const deep = fc.integer({ min: 1, max: 90 }).map((levels) => "[".repeat(levels) + "]".repeat(levels));
const oddKey = fc.constantFrom(
  ...[
    "__proto__",
    "constructor",
    "prototype",
    "toString",
    "hasOwnProperty",
    "then",
    "length",
    "",
    "data",
    "events",
  ],
  ...["\0", "\ud800", "a.b", "0", 'quo"te', "back\\slash", "schlüssel", "钥匙"],
);

/** Members with their keys as they are written, quotes included. */
function objectText(members: readonly (readonly [key: string, text: string])[]): string {
  return `{${members.map((member) => member.join(":")).join()}}`;
}

/** Keys as they may be written: plainly, or with their last character as an escape. */
function written(key: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc.tuple(key, fc.boolean()).map(([name, escaped]) => {
    if (!escaped || name === "") return JSON.stringify(name);
    const code = name
      .charCodeAt(name.length - 1)
      .toString(16)
      .padStart(4, "0");
    return `${JSON.stringify(name.slice(0, -1)).slice(0, -1)}\\u${code}"`;
  });
}

const { value } = fc.letrec<{ value: string; list: string; object: string }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.constantFrom("null", "true", "false", "0"),
    oddNumber,
    oddText,
    deep,
    fc.string({ unit: "binary" }).map((text) => JSON.stringify(text)),
    fc.json(),
    tie("list"),
    tie("object"),
  ),
  list: fc.array(tie("value"), { maxLength: 4 }).map((elements) => `[${elements.join(" , ")}]`),
  object: fc.array(fc.tuple(written(oddKey), tie("value")), { maxLength: 4 }).map(objectText),
}));

const party = JSON.stringify({ id: "00u1", type: "User", alternateId: "a@example.com", displayName: "Ada" });
/** A valid event's members as text; `target` and `client` are where an event has lists and depth. */
const members = {
  uuid: '"5a1d0f9e-8d3c-4d7c-9b0e-0d5b7f6a1c11"',
  published: '"2026-11-02T09:30:00.000Z"',
  eventType: '"user.lifecycle.create"',
  version: '"0"',
  severity: '"INFO"',
  displayMessage: '"Create Okta user"',
  actor: party,
  outcome: '{"result":"SUCCESS","reason":null}',
  target: `[${party}]`,
  client: '{"ipChain":[{"ip":"203.0.113.7","geographicalContext":{"geolocation":{"lat":1,"lon":2}}}]}',
  securityContext: '{"isProxy":false,"userBehaviors":[{"id":"b"}],"risk":{"reasons":["r"]}}',
  debugContext: '{"debugData":{"requestUri":"/"}}',
} as const;
const documented = fc.constantFrom(...Object.keys(members));

const partyLike = fc
  .array(
    fc.tuple(written(fc.constantFrom("id", "type", "displayName", "detailEntry", "changeDetails")), value),
    {
      maxLength: 4,
    },
  )
  .map(objectText);
const change = fc.oneof(
  fc.tuple(
    fc.constant('"target"'),
    fc.array(fc.oneof(partyLike, value), { maxLength: 5 }).map((all) => `[${all.join()}]`),
  ),
  fc.tuple(fc.constant('"actor"'), partyLike),
  fc.tuple(written(documented), value),
  fc.tuple(written(oddKey), value),
);

/** An event: members dropped, repeated with another value, and added. */
const event = fc
  .record({
    dropped: fc.oneof(
      { weight: 3, arbitrary: fc.constant<string[]>([]) },
      fc.array(documented, { maxLength: 3 }),
    ),
    before: fc.array(change, { maxLength: 3 }),
    after: fc.array(change, { maxLength: 3 }),
  })
  .map(({ dropped, before, after }) => {
    const kept = Object.entries(members)
      .filter(([name]) => !dropped.includes(name))
      .map(([name, text]) => [`"${name}"`, text] as const);
    return objectText([...before, ...kept, ...after]);
  });

/** Hooks whose envelope holds up; what is in them need not. */
export const hostileHook: fc.Arbitrary<HostileHook> = fc
  .record({
    events: fc.array(fc.oneof({ weight: 4, arbitrary: event }, { weight: 1, arbitrary: value }), {
      maxLength: 6,
    }),
    space: whiteSpace,
    extra: fc.array(
      fc.tuple(
        written(fc.oneof(oddKey, fc.constantFrom("eventId", "eventID", "source", "eventTime"))),
        value,
      ),
      { maxLength: 3 },
    ),
    dataBefore: fc.array(fc.tuple(written(oddKey), value), { maxLength: 2 }),
  })
  .map(({ events, space, extra, dataBefore }) => {
    const list = `[${space}${events.join(`${space},${space}`)}${space}]`;
    const data = objectText([...dataBefore, ['"events"', list]]);
    const body = objectText([...extra, ['"eventType"', '"com.okta.event_hook"'], ['"data"', data]]);
    return { body: `${space}${body}${space}`, events };
  });

/** Hooks with a character or two changed, which may leave nothing of them. */
export const brokenHook: fc.Arbitrary<string> = fc
  .tuple(
    hostileHook,
    fc.array(fc.tuple(fc.nat(), fc.constantFrom(...'{}[]",:\\0 \0é\ud800')), { maxLength: 2 }),
  )
  .map(([{ body }, changes]) =>
    changes.reduce((text, [at, character]) => {
      const index = at % (text.length + 1);
      return text.slice(0, index) + character + text.slice(index + 1);
    }, body),
  );
