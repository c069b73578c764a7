import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { thisMachine } from "../../../netlify/cli/doctor/machine.ts";

/** A machine whose Hookdeck CLI left this profile, or none. */
async function machineWith(profile: string | undefined) {
  const folder = await mkdtemp(join(tmpdir(), "hookdeck-profile-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  if (profile !== undefined) {
    await mkdir(join(folder, "hookdeck"));
    await writeFile(join(folder, "hookdeck/config.toml"), profile);
  }
  return thisMachine((name) => (name === "XDG_CONFIG_HOME" ? folder : undefined));
}

test.each([
  { signedIn: "nobody", profile: undefined },
  { signedIn: "nobody", profile: 'profile = "default"\n\n[default]\napi_key = ""\n' },
  {
    signedIn: "guest",
    profile: '[default]\napi_key = "key"\nguest_url = "https://console.hookdeck.com/x"\n',
  },
  { signedIn: "account", profile: '[default]\napi_key = "key"\nguest_url = ""\nproject_id = "tm_1"\n' },
])("the Hookdeck CLI's profile says that $signedIn is signed in", async ({ profile, signedIn }) => {
  expect((await machineWith(profile)).hookdeckSignIn()).toBe(signedIn);
});

test("knows the versions of the project's packages", async () => {
  const machine = await machineWith(undefined);
  expect(machine.packageVersion("typescript")).toMatch(/^6\./);
  expect(machine.packageVersion("no-such-package")).toBeUndefined();
});

test("knows the project's migrations", async () => {
  expect(await (await machineWith(undefined)).migrations()).toContain("20261201000000_baseline");
});

test("sees whether somebody listens on a port", async () => {
  const machine = await machineWith(undefined);
  const server = createServer();
  const port = await new Promise<number>((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      resolve(typeof address === "object" && address !== null ? address.port : 0);
    });
  });
  expect(await machine.isPortTaken(port)).toBe(true);
  await new Promise((resolve) => server.close(resolve));
  expect(await machine.isPortTaken(port)).toBe(false);
});

test.each([
  [0o600, false],
  [0o640, true],
  [0o604, true],
])("sees whether others can read the settings (mode %o: %s)", async (mode, shared) => {
  const folder = await mkdtemp(join(tmpdir(), "hook-settings-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, ".env");
  const machine = thisMachine(() => undefined, file);
  expect(machine.isSettingsFileShared()).toBe(false);
  await writeFile(file, "OKTA_API_TOKEN=secret");
  await chmod(file, mode);
  expect(machine.isSettingsFileShared()).toBe(shared);
});
