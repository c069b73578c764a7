import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildPage } from "../../netlify/build/build-page.ts";

let folder: string;
let files: Map<string, Buffer>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "okta-event-hooks-page-"));
  await buildPage({ outDir: folder });
  const names = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = names.filter((name) => name.isFile()).map((name) => join(name.parentPath, name.name));
  files = new Map(
    await Promise.all(
      paths.map(
        async (path): Promise<[string, Buffer]> => [path.slice(folder.length + 1), await readFile(path)],
      ),
    ),
  );
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe("the built page", () => {
  it("weighs at most 150 kB compressed, all files together", () => {
    const bytes = [...files.values()].reduce((sum, file) => sum + gzipSync(file).byteLength, 0);
    expect(files.size).toBeGreaterThan(3);
    expect(bytes).toBeLessThan(150_000);
  });

  it("has no script or style of its own in the page: the content security policy allows none", () => {
    const html = String(files.get("index.html"));
    expect(html).not.toMatch(/<script(?![^>]*\bsrc=)|<style|\bstyle=|\bon\w+=/i);
  });

  it("names no other host to ask", () => {
    const addresses = [...files.values()].flatMap((file) => String(file).match(/https?:\/\/[\w.-]+/g) ?? []);
    // Names of XML namespaces, the link to Hookdeck's own page, and the address that the guide uses.
    const known = /^http:\/\/www\.w3\.org$|^http:\/\/localhost$/;
    expect(addresses.filter((address) => !known.test(address))).toEqual([]);
  });

  it("is what netlify.toml publishes", async () => {
    const toml = await readFile(resolve(import.meta.dirname, "../../netlify.toml"), "utf8");
    expect(toml).toContain('publish = ".build/site"');
  });
});
