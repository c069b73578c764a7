/** Notices that files were saved, whichever way an editor saves: by the times and sizes of the files, looked at again and again. */
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";

/** Looking at some 250 files takes a few milliseconds. */
const LOOK_MS = 400;

/**
 * Calls `onSaved` with the files that changed, came or went, once nothing changed any more between two looks.
 * @param directory all of it is watched, but for the folders named in `without`
 * @returns what ends the watch, which keeps no process alive
 */
export function watchFiles(
  directory: string,
  onSaved: (files: readonly string[]) => void,
  {
    without = [],
    everyMs = LOOK_MS,
  }: { readonly without?: readonly string[]; readonly everyMs?: number } = {},
): () => void {
  let before = look(directory, without);
  const changed = new Set<string>();
  const timer = setInterval(() => {
    const now = look(directory, without);
    const fresh = [...now.keys(), ...before.keys()].filter((file) => now.get(file) !== before.get(file));
    before = now;
    for (const file of fresh) changed.add(file);
    if (fresh.length > 0 || changed.size === 0) return;
    const files = [...changed].sort();
    changed.clear();
    onSaved(files);
  }, everyMs).unref();
  return () => clearInterval(timer);
}

/** Each file with what a save changes: its time, its size, and its number, which a rename changes. */
function look(directory: string, without: readonly string[], found = new Map<string, string>(), below = "") {
  for (const entry of entriesOf(join(directory, below))) {
    const path = join(below, entry.name);
    if (entry.isDirectory()) {
      if (!without.includes(path)) look(directory, without, found, path);
      continue;
    }
    const stat = statSync(join(directory, path), { throwIfNoEntry: false });
    if (stat) found.set(path, `${stat.mtimeMs} ${stat.size} ${stat.ino}`);
  }
  return found;
}

function entriesOf(directory: string) {
  try {
    return readdirSync(directory, { withFileTypes: true });
  } catch {
    return []; // Gone between two looks.
  }
}
