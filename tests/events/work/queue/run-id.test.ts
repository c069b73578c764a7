import { describe, expect, it } from "vitest";
import { rerunId, runId } from "../../../../netlify/events/work/queue/run-id.ts";

describe("the id of a run", () => {
  it("follows from event and handler, today and in a year", () => {
    // Recorded: other ids would make every stored event run again.
    expect(runId("event-1", "greet")).toBe("c62f9a25-568c-52af-88d1-902200b23c25");
    expect(rerunId(runId("event-1", "greet"))).toBe("590f452d-dacc-5b03-b1c2-82d9b60430e0");
  });

  it("is a UUID of version 5", () => {
    expect(runId("event-1", "greet")).toMatch(
      /^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    );
  });

  it("differs for each event, handler and repetition", () => {
    const first = runId("event-1", "greet");
    const ids = [
      first,
      runId("event-2", "greet"),
      runId("event-1", "count"),
      rerunId(first),
      rerunId(rerunId(first)),
    ];

    expect(new Set(ids).size).toBe(ids.length);
    expect(runId('a","b', "c")).not.toBe(runId("a", 'b","c'));
  });
});
