/** Every sample delivery is read without the loss of an event; what departs in it is listed here. */
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { readDelivery } from "../../netlify/hook/read-delivery.ts";
import { describeEvent } from "../../netlify/report/describe-event.ts";

const folder = new URL("../support/payloads/", import.meta.url);
const samples = readdirSync(folder)
  .filter((file) => file.endsWith(".json"))
  .map((file) => file.replace(".json", ""));

/** The events that depart from Okta's documents, by sample. In all others none does. */
const departing: Readonly<Record<string, string[][]>> = {
  "preview-sample-full-of-nulls": [["outcome.result: not a documented value"]],
  "schema-deviations-seen-in-the-wild": [
    [
      "client.geographicalContext.postalCode: expected string",
      "outcome.result: not a documented value",
      "severity: not a documented value",
      "version: expected string",
    ],
    [],
  ],
};

function read(sample: string) {
  const body = readFileSync(new URL(`${sample}.json`, folder), "utf8");
  const reading = readDelivery(body);
  if (reading.outcome !== "event-hook") throw new Error(`${sample} was read as ${reading.outcome}`);
  return { body, reading };
}

describe("the sample", () => {
  it.each(samples)("%s is read whole", (sample) => {
    const { body, reading } = read(sample);
    const sent: unknown[] = JSON.parse(body).data.events;

    expect(reading).toMatchObject({ unreadable: [], schemaDeviations: [], hookId: "who8tsqyrhCdmetzx135" });
    expect(reading.eventId).toMatch(/^b9c1a0de-/);
    expect(reading.events.map(({ json }) => JSON.parse(json))).toEqual(sent);
    expect(reading.events.map(({ schemaDeviations }) => schemaDeviations)).toEqual(
      departing[sample] ?? sent.map(() => []),
    );
  });

  it("of a new user says who created whom", () => {
    const [created] = read("user-created").reading.events;

    expect(created && describeEvent(created.event)).toBe(
      "Create Okta user: Jane Doe (00uJaneDoe000000000x) by Ada Admin (00uAdaAdmin0000000x1)",
    );
  });

  it("of a Preview without a recent event says what there is", () => {
    const [created] = read("preview-sample-full-of-nulls").reading.events;

    expect(created && describeEvent(created.event)).toBe("Create Okta user, no actor");
  });

  it.each(samples)("%s has its place in the samples' README", (sample) => {
    expect(readFileSync(new URL("README.md", folder), "utf8")).toContain(`| \`${sample}\` `);
  });
});
