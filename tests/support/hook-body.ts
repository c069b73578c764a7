/** Builds a valid event hook; a test changes only what it is about. */

/** A recent time, the same for all: an event that was published long ago is handled by nobody. */
export const published = new Date(Date.now() - 3_600_000).toISOString();

/** An event as Okta sends it, with everything a row needs. */
export function anEvent(changes: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    uuid: "5a1d0f9e-8d3c-4d7c-9b0e-0d5b7f6a1c11",
    published,
    eventType: "user.lifecycle.create",
    version: "0",
    severity: "INFO",
    displayMessage: "Create Okta user",
    actor: { id: "00uadmin", type: "User", alternateId: "ada@example.com", displayName: "Ada Admin" },
    outcome: { result: "SUCCESS", reason: null },
    target: [{ id: "00ujane", type: "User", alternateId: "jane@example.com", displayName: "Jane Doe" }],
    ...changes,
  };
}

/** The envelope of a delivery. */
export function anEnvelope(changes: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    eventType: "com.okta.event_hook",
    eventTypeVersion: "1.0",
    cloudEventsVersion: "0.1",
    source: "https://example.okta.com/api/v1/eventHooks/who8tsqyrhCdmetzx135",
    eventId: "b9c1a0de-5a63-4a7e-9f50-8e0e5f3c1f2a",
    eventTime: "2026-11-02T09:30:01.000Z",
    contentType: "application/json",
    data: { events: [anEvent()] },
    ...changes,
  };
}

/** The text of a delivery with these events. */
export function aBodyWith(...events: readonly unknown[]): string {
  return JSON.stringify(anEnvelope({ data: { events } }));
}

/** The text of a delivery whose events are written out by hand, for what `JSON.stringify` cannot write. */
export function aBodyWithText(events: string): string {
  return JSON.stringify(anEnvelope({ data: { events: [] } })).replace(
    '"events":[]',
    () => `"events":[${events}]`,
  );
}
