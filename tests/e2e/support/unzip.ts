/** Unpacks a zip that `netlify build` wrote. Plain files and links only: no encryption, no zip64. */
import { mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { inflateRawSync } from "node:zlib";

const END_OF_DIRECTORY = 0x06054b50;
const STORED = 0;
const LINK_MODE = 0o120000;

/** Unpacks `file` into `directory`. The format: https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT */
export async function unzip(file: string, directory: string): Promise<void> {
  const zip = await readFile(file);
  let end = zip.length - 22;
  while (zip.readUInt32LE(end) !== END_OF_DIRECTORY) end--;
  let entry = zip.readUInt32LE(end + 16);
  for (let left = zip.readUInt16LE(end + 10); left > 0; left--) {
    const method = zip.readUInt16LE(entry + 10);
    const compressedSize = zip.readUInt32LE(entry + 20);
    const nameLength = zip.readUInt16LE(entry + 28);
    const mode = zip.readUInt32LE(entry + 38) >>> 16;
    const local = zip.readUInt32LE(entry + 42);
    const name = zip.toString("utf8", entry + 46, entry + 46 + nameLength);
    entry += 46 + nameLength + zip.readUInt16LE(entry + 30) + zip.readUInt16LE(entry + 32);

    const start = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
    const packed = zip.subarray(start, start + compressedSize);
    const content = method === STORED ? packed : inflateRawSync(packed);
    const target = join(directory, name);
    if (name.endsWith("/")) continue;
    await mkdir(dirname(target), { recursive: true });
    if ((mode & 0o170000) === LINK_MODE) await symlink(content.toString("utf8"), target);
    else await writeFile(target, content);
  }
}
