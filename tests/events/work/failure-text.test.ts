import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { build } from "esbuild";
import { expect, onTestFinished, test } from "vitest";
import { failureText } from "../../../netlify/events/work/failure-text.ts";

/** An error with a stack of these frames. */
function thrownAt(...frames: string[]): Error {
  const error = new TypeError("fetch failed");
  error.stack = ["TypeError: fetch failed", ...frames.map((frame) => `    at ${frame}`)].join("\n");
  return error;
}

test.each([
  ["file:///srv/project/netlify/handlers/greet.ts:12:9", "netlify/handlers/greet.ts:12"],
  [
    "async Object.handle (file:///srv/project/netlify/handlers/greet.ts:12:9)",
    "netlify/handlers/greet.ts:12",
  ],
  ["handle (C:\\srv\\project\\netlify\\handlers\\greet.ts:12:9)", "netlify/handlers/greet.ts:12"],
])("a failure carries the file and line of its first own frame: %s", (frame, place) => {
  const error = thrownAt(
    "node:internal/deps/undici/undici:1:1",
    "call (file:///srv/project/node_modules/netlify/lib/x.ts:1:1)",
    frame,
    "file:///srv/project/netlify/events/work/run-handler.ts:1:1",
  );
  expect(failureText(error)).toBe(`TypeError: fetch failed (${place})`);
});

test("a failure without an own frame is its message alone", () => {
  expect(failureText(thrownAt("node:internal/x:1:1", "file:///no/such/bundle.mjs:1:1"))).toBe(
    "TypeError: fetch failed",
  );
});

test("a failure carries no frame of what ran the handler: the same failure is the same text, whoever ran it", () => {
  for (const runner of [
    "sweep/serve-sweep.ts",
    "endpoint/serve-hook.ts",
    "api/server/serve.ts",
    "functions/sweep.mts",
  ]) {
    const error = thrownAt("node:internal/x:1:1", `async run (file:///srv/project/netlify/${runner}:111:5)`);
    expect(failureText(error)).toBe("TypeError: fetch failed");
  }
});

test("the place survives a message that is cut", () => {
  const error = thrownAt("file:///srv/project/netlify/handlers/greet.ts:12:9");
  error.message = "x".repeat(10_000);
  const text = failureText(error);
  expect(text).toMatch(/ \(netlify\/handlers\/greet\.ts:12\)$/);
  expect(text.length).toBeLessThanOrEqual(2_000);
});

test("a bundle's failure is told by the source's file and line", async () => {
  const root = await mkdtemp(join(tmpdir(), "failure-text-"));
  onTestFinished(() => rm(root, { recursive: true }));
  await mkdir(join(root, "netlify/handlers"), { recursive: true });
  await writeFile(
    join(root, "netlify/handlers/greet.ts"),
    `import { failureText } from ${JSON.stringify(resolve("netlify/events/work/failure-text.ts"))};
const greet = (name: string) => {
  throw new Error(\`no \${name}\`);
};
try {
  greet("hello");
} catch (error) {
  console.log(failureText(error));
}
`,
  );
  await build({
    entryPoints: [join(root, "netlify/handlers/greet.ts")],
    outfile: join(root, ".build/chunks/greet.mjs"),
    bundle: true,
    minify: true,
    platform: "node",
    format: "esm",
    sourcemap: true,
    sourcesContent: false,
  });
  const said = execFileSync(process.execPath, [join(root, ".build/chunks/greet.mjs")], { encoding: "utf8" });
  expect(said.trim()).toBe("Error: no hello (netlify/handlers/greet.ts:3)");
});
