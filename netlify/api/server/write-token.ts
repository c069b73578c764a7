/**
 * What a local write must carry: a token that the answer to `GET /api/session` gives. A stranger whose call some program on
 * this machine passes on cannot read that answer, and so cannot change anything.
 *
 * The token's key is in a file, because under `netlify dev` each call is a new process.
 */
import { createHmac, randomBytes, randomUUID } from "node:crypto";
import { link, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { equalInConstantTime } from "../../hook/check-secret.ts";

/** The header that carries the token. */
export const WRITE_TOKEN_HEADER = "x-inspector-token";

const KEY_FILE = "inspector-key";
const KEY = /^[\w-]{43}$/;

/** @param directory where the key is kept, e.g. `.netlify` of the project; it is made where it does not exist. */
export async function makeWriteToken(directory: string): Promise<string> {
  return createHmac("sha256", await readKey(directory))
    .update("local write")
    .digest("base64url");
}

/** @param sent what the call carries, or null. */
export async function isWriteToken(sent: string | null, directory: string): Promise<boolean> {
  return sent !== null && equalInConstantTime(sent, await makeWriteToken(directory));
}

/** The key; of several processes that find none, the first one makes it and the others take that. */
async function readKey(directory: string): Promise<string> {
  const file = join(directory, KEY_FILE);
  const known = await read(file);
  if (known !== undefined && KEY.test(known)) return known;
  await mkdir(directory, { recursive: true });
  // Something else is in its place, e.g. after a full disk.
  if (known !== undefined) await rm(file, { force: true });
  const fresh = `${file}.${randomUUID()}`;
  await writeFile(fresh, randomBytes(32).toString("base64url"), { mode: 0o600, flag: "wx" });
  try {
    // Unlike a rename, a link never takes the place of another's; and the file is never half-written.
    await link(fresh, file);
  } catch (error) {
    if (!hasCode(error, "EEXIST")) throw error;
  } finally {
    await rm(fresh);
  }
  return await readFile(file, "utf8");
}

async function read(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    if (hasCode(error, "ENOENT")) return undefined;
    throw error;
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
