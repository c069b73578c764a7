import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { eligibleEventTypes, type OktaEventType } from "../../netlify/catalogue/event-types.ts";
import { renderEventTypes } from "../../netlify/catalogue/generate-event-types.ts";
import { readCatalogue } from "../../netlify/catalogue/read-catalogue.ts";

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

test("a type that hooks cannot have is no OktaEventType", () => {
  const eligible: OktaEventType = "user.lifecycle.create";
  // @ts-expect-error Okta does not offer this one to event hooks.
  const ineligible: OktaEventType = "event_hook.delivery";
  expect(eligibleEventTypes).toContain(eligible);
  expect(eligibleEventTypes).not.toContain(ineligible);
});
