import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { eligibleEventTypes, type OktaEventType } from "../../netlify/catalogue/event-types.ts";
import { renderEventTypes } from "../../netlify/catalogue/generate-event-types.ts";
import { latestRelease, readCatalogue } from "../../netlify/catalogue/read-catalogue.ts";

test("the generated list is what the catalogue says (else: npm run generate)", async () => {
  const generated = await readFile(
    new URL("../../netlify/catalogue/event-types.ts", import.meta.url),
    "utf8",
  );
  expect(generated).toBe(renderEventTypes(await readCatalogue()));
});

test("the catalogue names each event type once", async () => {
  const ids = (await readCatalogue()).eventTypes.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids).toHaveLength(1178);
  expect(eligibleEventTypes).toHaveLength(264);
});

test("the release is the latest in which a type appeared, whichever way Okta names it", async () => {
  const { eventTypes, release } = await readCatalogue();
  const since = eventTypes.flatMap((eventType) => eventType.since ?? []);
  expect(release).toBe(latestRelease(since));
  expect(release).toBe("2026.08.1");
});

test.each([
  ["patches of a month", ["2026.08.1", "2026.08.0", "2026.07.3", "2016.02"]],
  ["the first week after the last month", ["2026.41.0", "2026.09.2", "2026.09.0"]],
  [
    "a week among months: 2026.32 is the week of 2026.08.0",
    ["2026.09.0", "2026.33.0", "2026.32", "2026.07.3"],
  ],
  [
    "weeks of the years after, without a zero too",
    ["2027.10.0", "2027.9.0", "2027.02.1", "2027.02.0", "2026.52.0"],
  ],
])("releases are ordered by when they came: %s", (_, latestFirst) => {
  for (let first = 0; first < latestFirst.length; first += 1) {
    expect(latestRelease(latestFirst.slice(first).reverse())).toBe(latestFirst[first]);
  }
});

test("a type that hooks cannot have is no OktaEventType", () => {
  const eligible: OktaEventType = "user.lifecycle.create";
  // @ts-expect-error Okta does not offer this one to event hooks.
  const ineligible: OktaEventType = "event_hook.delivery";
  expect(eligibleEventTypes).toContain(eligible);
  expect(eligibleEventTypes).not.toContain(ineligible);
});
