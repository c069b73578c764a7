/** The body of a delivery, put together again: each sent to the endpoint as bytes, and asked of the API. */
import { describe, expect, test } from "vitest";
import { deliveryDetail, feedPage } from "../../../netlify/api/schema/deliveries.ts";
import { recordFetched } from "../../../netlify/catch-up/record-fetched.ts";
import { MAX_BODY_BYTES } from "../../../netlify/hook/read-body.ts";
import { realApi } from "../../browser/support/real-api.ts";
import { callInspector } from "../../support/call-inspector.ts";
import { makeDelivery, makeEvent } from "../../support/deliveries.ts";
import { aBodyWith, aBodyWithText, anEvent, published } from "../../support/hook-body.ts";
import { hostileBodies } from "../../support/hostile-bodies.ts";
import { ask, receivedAt, useInspectorStore } from "../../support/inspector-store.ts";
import { instanceDatabase } from "../../support/instance-database.ts";

const { sql } = useInspectorStore();
const locally = { where: "locally" } as const;

/** Sends a body as Okta does, and gives the delivery's id. */
async function deliver(body: string | Uint8Array): Promise<string> {
  const site = realApi("locally");
  const response = await site.api(
    new Request("http://localhost:1337/okta-webhooks-endpoint", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: typeof body === "string" ? body : Buffer.from(body),
    }),
  );
  expect(response.status).toBe(204);
  await site.settled();
  const { items } = await ask("deliveries?limit=1", feedPage, locally);
  const [item] = items;
  if (item?.kind !== "delivery") throw new Error("The delivery is not the latest call.");
  return item.delivery.id;
}

/** The body as it is put together, and what is said of it. */
async function bodyOf(id: string) {
  const { text } = await callInspector(`deliveries/${id}/body`, locally);
  const { bodyNote } = await ask(`deliveries/${id}`, deliveryDetail, locally);
  return { text, note: bodyNote };
}

const BEFORE = "What came before stands last, as it was first received.";
const withoutSpace = (text: string) => text.replaceAll(/\s/g, "");
const whole = (text: string) => ({ text, note: null });
const one = (uuid: string, more = "") =>
  `{"uuid":"${uuid}","eventType":"t","published":"${published}"${more}}`;
const around = (text: string) => `{"eventType":"com.okta.event_hook","data":{"events":${text}}}`;

describe("a body is put together as it came", () => {
  const bodies: Record<string, string> = {
    "as Okta writes it": aBodyWith(anEvent({ uuid: "a" }), anEvent({ uuid: "b" })),
    "without events": aBodyWith(),
    "without events, spaced": around(" [ \n ] "),
    "unicode escapes": aBodyWithText(one("a", ',"s":"\\u0041\\u00e9\\/\\u0000 é 😀 \\ud83d\\ude00"')),
    "keys written as escapes": `{"eventType":"com.okta.event_hook","\\u0064ata":{"\\u0065vents":[${one("a")}]}}`,
    "big numbers": aBodyWithText(one("a", ',"n":[12345678901234567890,1e400,-0,1.0,1E+2]')),
    "half of a surrogate pair, as an escape": aBodyWithText(one("a", ',"s":"\\ud800 \\udc00x"')),
    "characters that another reader would change": aBodyWithText(
      one("a", ',"s":"\u2028\u2029\uFEFF\uFFFD\u202e"'),
    ),
    "brackets in strings around its events": `{"a":"[{]","eventType":"com.okta.event_hook","b":["events",":["],"data":{"q":"\\"events\\":[","events":[${one("a", ',"s":"]}],[{"')}]}}`,
  };

  test.each(Object.entries(bodies))("%s", async (_, body) => {
    const id = await deliver(body);
    expect(await bodyOf(id)).toEqual(whole(body));
  });

  const spacedBodies: Record<string, string> = {
    "laid out over lines": JSON.stringify(
      JSON.parse(aBodyWith(anEvent({ uuid: "a" }), anEvent({ uuid: "b" }))),
      null,
      2,
    ),
    "one event, laid out": JSON.stringify(JSON.parse(aBodyWith(anEvent({ uuid: "a" }))), null, "\t"),
    "lines that end in CRLF, at its end too": `${JSON.stringify(JSON.parse(aBodyWith(anEvent({ uuid: "a" }), anEvent({ uuid: "b" }))), null, 2).replaceAll("\n", "\r\n")}\r\n`,
    "spaced differently everywhere": `\t${aBodyWithText(` \n${one("a")}\r\n ,${one("b")},  ${one("c")}\t, ${one("d")}   `)}\n\n`,
    "white space before the first event alone": aBodyWithText(`  ${one("a")},${one("b")}`),
    "keys that are there twice": `{"eventType":"com.okta.event_hook","data":{"events":[1,{"x":[2]}],"events":[0]},"data":{"events":[3],"x":1,"events": [ ${one("a", ',"n":1,"n":2')} ],"y":{"events":[]}},"z":{"events":[4]}}`,
    "unreadable events between readable ones": aBodyWithText(
      `null , ${one("a")},{"uuid":7}, ${one("b")},"x"`,
    ),
    "more unreadable events than are kept one by one": aBodyWithText(
      `${one("a")}, ${Array(300).fill("0").join(", ")}`,
    ),
  };

  test.each(Object.entries(spacedBodies))(
    "but for the white space between its events: %s",
    async (_, body) => {
      const { text, note } = await bodyOf(await deliver(body));
      expect(withoutSpace(text)).toBe(withoutSpace(body));
      expect(note).toBeNull();
    },
  );

  test("each event to the byte, white space within it included", async () => {
    const event = `{ "uuid" :\t"a",\r\n "eventType":"t", "published":"${published}", "n": 1e400 }`;
    const { text } = await bodyOf(await deliver(aBodyWithText(` ${event} , ${one("b")}`)));
    expect(text).toContain(event);
  });

  test("when all of it came before, or some, which then stands last", async () => {
    const uuids = ["m", "a", "z", "k", "b"];
    const events = uuids.map((uuid) => anEvent({ uuid }));
    const first = aBodyWith(...events);
    await deliver(first);
    const again = await deliver(first);
    expect(await bodyOf(again)).toEqual({
      text: first,
      note: BEFORE,
    });
    const mixed = aBodyWith(
      anEvent({ uuid: "new" }),
      ...events.toReversed(),
      0,
      anEvent({ uuid: "last" }),
      ...events,
    );
    expect((await bodyOf(await deliver(mixed))).text).toBe(
      aBodyWith(anEvent({ uuid: "new" }), 0, anEvent({ uuid: "last" }), ...events.toReversed(), ...events),
    );

    const twice = aBodyWithText(`${one("1")},${one("2")},${one("1")},${one("3")},${one("2")}`);
    expect((await bodyOf(await deliver(twice))).text).toBe(
      aBodyWithText(`${one("1")},${one("2")},${one("3")},${one("1")},${one("2")}`),
    );
  });

  test("of 5 MiB, in an answer that a function can give", async () => {
    const begin = `{"eventType":"com.okta.event_hook","data":{"events":[`;
    const text = JSON.stringify('é\n"}\\'.repeat(500_000));
    const large = one("large", `,"debugContext":{"debugData":{"x":${text}}}`);
    const body = `${begin}${large},${one("b")}]}}`;
    expect(Buffer.byteLength(body)).toBeLessThan(MAX_BODY_BYTES);
    const id = await deliver(body);
    const answer = await callInspector(`deliveries/${id}/body`, locally);
    expect(Buffer.byteLength(answer.text)).toBeLessThan(6_000_000);
    expect(await bodyOf(id)).toEqual(whole(body));
  });

  test.each(Object.entries(hostileBodies(200_000)))("made to cost much: %s", async (_, make) => {
    const body = make();
    const { text } = await bodyOf(await deliver(body));
    // Of the unreadable events only the first hundred keep their places; the others stand together.
    expect([...withoutSpace(text)].toSorted().join("")).toBe([...withoutSpace(body)].toSorted().join(""));
  });
});

describe("a body that may not be as it came says so", () => {
  test("when its events came before, and were written differently", async () => {
    await deliver(aBodyWith(anEvent({ uuid: "a", severity: "INFO" })));
    const id = await deliver(aBodyWith(anEvent({ uuid: "a", severity: "WARN" })));
    expect(await bodyOf(id)).toEqual({
      text: aBodyWith(anEvent({ uuid: "a", severity: "INFO" })),
      note: BEFORE,
    });
  });

  test("when payloads of it are gone", async () => {
    await deliver(aBodyWith(anEvent({ uuid: "a" })));
    const id = await deliver(aBodyWith(anEvent({ uuid: "a" }), anEvent({ uuid: "b" })));
    await sql("update events set payload = null");
    expect(await bodyOf(id)).toEqual({
      text: aBodyWith(),
      note: `${BEFORE} Events whose payload is gone are left out.`,
    });
  });

  test("when the first copies of what came again are too large together", async () => {
    const large = (uuid: string) => one(uuid, `,"s":"${"x".repeat(4_500_000)}"`);
    const uuids = ["a", "b", "c"];
    for (const uuid of uuids) await deliver(aBodyWithText(large(uuid)));
    const { text } = await bodyOf(await deliver(aBodyWithText(uuids.map((uuid) => one(uuid)).join(","))));
    expect(text).toBe(aBodyWithText(large("a")));
  });

  test("when there was no call", async () => {
    const { events } = makeDelivery([makeEvent("fetched")]);
    const recorded = await recordFetched(instanceDatabase, {
      events,
      receivedAt,
      hookId: null,
      org: "example.okta.com",
    });
    const { status, json } = await callInspector(`deliveries/${recorded.deliveryId}/body`, locally);
    expect(status).toBe(404);
    expect(json.detail).toContain("fetched from Okta's System Log");
    expect(await ask(`deliveries/${recorded.deliveryId}`, deliveryDetail, locally)).toMatchObject({
      call: null,
      answer: null,
    });
  });
});

test("what the call was answered is known once its time is", async () => {
  const id = await deliver(aBodyWith(anEvent()));
  const call = { method: "POST", path: "/okta-webhooks-endpoint" };
  const told = await ask(`deliveries/${id}`, deliveryDetail, locally);
  expect(told).toMatchObject({ call, answer: { status: 204 }, tookMs: expect.any(Number) });
  // The process died before it noted it, or the store was too slow for Okta.
  await sql("update deliveries set answer_ms = null");
  expect(await ask(`deliveries/${id}`, deliveryDetail, locally)).toMatchObject({ call, answer: null });
});

test.each(["deliveries/7/body", "deliveries/x/body"])("there is no body of %s", async (path) => {
  expect((await callInspector(path, locally)).status).toBe(404);
});
