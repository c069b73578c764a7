import { Command } from "commander";
import { expect, test } from "vitest";
import { openTerminal } from "../../netlify/cli/terminal.ts";
import { typesCommand } from "../../netlify/cli/types-command.ts";

/** What `npm run hook -- types …` prints, on both streams. */
async function types(...args: string[]) {
  const out: string[] = [];
  const error: string[] = [];
  const terminal = openTerminal({
    out: (text) => out.push(text),
    error: (text) => error.push(text),
    watched: false,
    interactive: false,
  });
  await new Command().addCommand(typesCommand(terminal)).parseAsync(["types", ...args], { from: "user" });
  return { out: out.join("\n"), error: error.join("\n") };
}

test("finds the types that hold every word, and marks those that a hook may listen to", async () => {
  expect(await types("lifecycle", "JIT")).toMatchInlineSnapshot(`
    {
      "error": "1 of 1178 event types (Okta's release 2026.08.1); * an event hook may listen to it.",
      "out": "  user.lifecycle.jit.error.read_only  since 2018.06",
    }
  `);
  expect(await types("user lifecycle", "create")).toMatchInlineSnapshot(`
    {
      "error": "1 of 1178 event types (Okta's release 2026.08.1); * an event hook may listen to it.",
      "out": "* user.lifecycle.create  since 2016.02",
    }
  `);
});

test("--eligible leaves out what hooks cannot have", async () => {
  expect((await types("event_hook")).out).toContain("event_hook.delivery");
  expect((await types("event_hook", "--eligible")).out).toBe("");
});

test("without words it lists them all", async () => {
  expect((await types()).out.split("\n")).toHaveLength(1178);
  expect((await types("--eligible")).out.split("\n")).toHaveLength(264);
});

test("says what is near when nothing matches", async () => {
  const { out, error } = await types("user.lifecyle.create");
  expect(out).toBe("");
  expect(error).toContain('has "user.lifecyle.create" in it. The nearest are: user.lifecycle.create,');
});

test("--json is JSON, an empty list included", async () => {
  expect(JSON.parse((await types("user.lifecycle.create", "--json")).out)).toEqual([
    { id: "user.lifecycle.create", eligible: true, since: expect.any(String), tags: expect.any(Array) },
  ]);
  expect((await types("no such thing", "--json")).out).toBe("[]");
});
