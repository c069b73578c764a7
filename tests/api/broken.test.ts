/** What is broken in the project itself, a handler's file for one. */
import { expect, it, vi } from "vitest";
import { serveApi } from "../../netlify/api/server/serve.ts";

it("a mistake of our own is answered as a problem document and logged, its message in neither", async () => {
  const logged = vi.spyOn(console, "error").mockReturnValue();
  const context = {
    ip: "203.0.113.7",
    deploy: { context: "production", published: true },
    waitUntil: () => undefined,
  } as unknown as Parameters<typeof serveApi>[1];

  const environment = (name: string) => {
    if (name === "INSPECTOR_PASSWORD") throw new RangeError("private words");
    return undefined;
  };
  const answer = await serveApi(new Request("https://site.example/api/events"), context, environment, null);

  expect(answer.status).toBe(500);
  expect(answer.headers.get("content-type")).toBe("application/problem+json");
  expect(answer.headers.get("cache-control")).toBe("no-store");
  const text = await answer.text();
  expect(JSON.parse(text)).toMatchObject({ title: "Internal Server Error", status: 500 });
  expect(text).not.toContain("private words");
  const lines = logged.mock.calls.map(String).join();
  expect(lines).toContain("RangeError");
  expect(lines).not.toContain("private words");
});
