import { describe, expect, onTestFinished, test, vi } from "vitest";
import { paint } from "../../netlify/cli/terminal.ts";
import { fakeTerminal } from "../support/fake-terminal.ts";

/** Clears the screen, turns the line around, and goes on with a line of its own. */
const hostile = "a\u001b[2J\u009b2J\u202eb\nVERIFIED";
const harmless = "a\\u001b[2J\\u009b2J\\u202eb\\u000aVERIFIED";

describe("whatever a command prints", () => {
  test.each(["out", "error"] as const)("to `%s` is one line that steers nothing", (stream) => {
    const terminal = fakeTerminal();
    terminal[stream](hostile);
    terminal[stream](["- ", paint("red", hostile)]);
    expect(terminal.lines).toEqual([harmless, `- ${harmless}`]);
  });

  test("as text keeps its lines, and steers nothing either", () => {
    const terminal = fakeTerminal();
    terminal.outText(hostile);
    expect(terminal.lines).toEqual(["a\\u001b[2J\\u009b2J\\u202eb\nVERIFIED"]);
  });

  test("to the byte goes to a file or a program only; a person gets escapes", () => {
    const piped = fakeTerminal();
    const watched = fakeTerminal({ watched: true });
    for (const terminal of [piped, watched]) terminal.outExact('{"name":"\u202e"}');
    expect(piped.lines).toEqual(['{"name":"\u202e"}']);
    expect(watched.lines).toEqual(['{"name":"\\u202e"}']);
  });
});

test("a person reads what goes to a terminal, also where standard input is none: `show --json < /dev/null`", async () => {
  const tty = (stream: "stdin" | "stdout", isTTY: boolean) => {
    const before = Object.getOwnPropertyDescriptor(process[stream], "isTTY");
    Object.defineProperty(process[stream], "isTTY", { value: isTTY, configurable: true });
    onTestFinished(() => {
      if (before) Object.defineProperty(process[stream], "isTTY", before);
      else Reflect.deleteProperty(process[stream], "isTTY");
    });
  };
  tty("stdout", true);
  tty("stdin", false);
  vi.resetModules();
  const { processTerminal } = await import("../../netlify/cli/terminal.ts");
  const printed = vi.spyOn(console, "log").mockReturnValue();
  processTerminal.outExact('{"name":"\u009b2J\u202e"}');
  expect(printed).toHaveBeenCalledExactlyOnceWith('{"name":"\\u009b2J\\u202e"}');
  expect(processTerminal.interactive).toBe(false);
});

test("a person sees colours, a file or a program none", () => {
  vi.stubEnv("FORCE_COLOR", "1");
  onTestFinished(() => void vi.unstubAllEnvs());
  const piped = fakeTerminal();
  const watched = fakeTerminal({ watched: true });
  for (const terminal of [piped, watched]) terminal.out(["status ", paint("green", "ACTIVE")]);
  expect(piped.lines).toEqual(["status ACTIVE"]);
  expect(watched.lines).toEqual(["status \u001b[32mACTIVE\u001b[39m"]);
});
