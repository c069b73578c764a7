/** The ways in which editors save a file. */
import { open, rename, writeFile } from "node:fs/promises";

export const waysOfSaving = {
  /** vim, JetBrains, VS Code on some systems: a new file takes the old one's place. */
  "by renaming": async (file: string, text: string) => {
    await writeFile(`${file}.new`, text);
    await rename(`${file}.new`, file);
  },
  /** VS Code, nano: the file is emptied, then written. */
  "by truncating and writing": async (file: string, text: string) => {
    const handle = await open(file, "w");
    await handle.write(text);
    await handle.close();
  },
  /** An editor and its formatter. */
  "twice in a row": async (file: string, text: string) => {
    await writeFile(file, `${text}\n\n`);
    await writeFile(file, text);
  },
} satisfies Record<string, (file: string, text: string) => Promise<void>>;
