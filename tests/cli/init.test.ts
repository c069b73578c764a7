import { randomBytes } from "node:crypto";
import { chmod, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseEnv } from "node:util";
import { expect, test } from "vitest";
import { findWeakSecrets } from "../../netlify/hook/find-weak-secrets.ts";
import { readHookSettings } from "../../netlify/settings/hook-settings.ts";
import { emptyFolder, inFolder } from "../support/folders.ts";
import { typeHook } from "../support/type-hook.ts";

/** Types `hook init …` in a folder. */
const init = (folder: string, ...args: readonly string[]) =>
  inFolder(folder, () => typeHook(["init", ...args], { randomBytes }));

const settingsIn = async (folder: string) => {
  const values = parseEnv(await readFile(join(folder, ".env"), "utf8"));
  return readHookSettings((name) => values[name]);
};

test("makes a .env that only its owner can read, without a secret, and nothing else", async () => {
  const folder = await emptyFolder();
  const seen = await init(folder);

  expect(seen).toMatchObject({ code: 0, err: "" });
  expect(seen.out).toMatch(/OKTA_HOOK_SECRET is empty.*blank/);
  expect(await readdir(folder)).toEqual([".env"]);
  expect((await stat(join(folder, ".env"))).mode & 0o777).toBe(0o600);
  expect(await settingsIn(folder)).toMatchObject({ secrets: [], header: "authorization" });
});

test("--basic makes a secret that a deploy accepts, and says what to enter in Okta", async () => {
  const folder = await emptyFolder();
  const seen = await init(folder, "--basic");

  const settings = await settingsIn(folder);
  expect(settings.secrets).toEqual([expect.stringMatching(/^Basic [\w+/=]{60,}$/)]);
  expect(findWeakSecrets(settings)).toEqual([]);
  expect(seen.out).toContain("Authentication field   authorization\n");
  expect(seen.out).toContain(`Authentication secret  ${settings.secrets[0]}\n`);
});

test("never makes the same secret twice", async () => {
  const [one, other] = [await emptyFolder(), await emptyFolder()];
  for (const folder of [one, other]) await init(folder, "--basic");
  expect((await settingsIn(one)).secrets).not.toEqual((await settingsIn(other)).secrets);
});

test.each([[], ["--basic"]])("leaves a .env that there is as it is (%j)", async (...args) => {
  const folder = await emptyFolder();
  await writeFile(join(folder, ".env"), "OKTA_API_TOKEN=kept\n");
  const seen = await init(folder, ...args);

  expect(seen.code).toBe(1);
  expect(seen.err).toContain("--overwrite");
  expect(await readFile(join(folder, ".env"), "utf8")).toBe("OKTA_API_TOKEN=kept\n");
  expect(await readdir(folder)).toEqual([".env"]);
  // A secret to copy is still of use.
  if (args.length > 0) expect(seen.out).toMatch(/^Basic \S+$/m);
});

test("--overwrite puts a new one in its place, which only its owner can read", async () => {
  const folder = await emptyFolder();
  await writeFile(join(folder, ".env"), "OKTA_API_TOKEN=lost\n");
  await chmod(join(folder, ".env"), 0o644);
  expect((await init(folder, "--overwrite")).code).toBe(0);

  expect(await readFile(join(folder, ".env"), "utf8")).not.toContain("lost");
  expect((await stat(join(folder, ".env"))).mode & 0o777).toBe(0o600);
});

test("--basic puts the secret into a .env whose secret is empty, and leaves the rest of it", async () => {
  const folder = await emptyFolder();
  await writeFile(
    join(folder, ".env"),
    "HR_URL=https://hr.example.com\nOKTA_HOOK_SECRET=\nOKTA_HOOK_HEADER=x-okta-secret\n",
  );
  const seen = await init(folder, "--basic");

  expect(seen).toMatchObject({ code: 0, err: "" });
  const settings = await settingsIn(folder);
  expect(await readFile(join(folder, ".env"), "utf8")).toBe(
    `HR_URL=https://hr.example.com\nOKTA_HOOK_SECRET="${settings.secrets[0]}"\nOKTA_HOOK_HEADER=x-okta-secret\n`,
  );
  expect(seen.out).toContain("Authentication field   x-okta-secret\n");
  expect(seen.out).toContain(`Authentication secret  ${settings.secrets[0]}\n`);
  // The second secret would lock Okta out.
  expect((await init(folder, "--basic")).code).toBe(1);
  expect((await settingsIn(folder)).secrets).toEqual(settings.secrets);
});
