/** The settings in `.env`, where there is one. */
import { existsSync, readFileSync } from "node:fs";
import { parseEnv } from "node:util";
import { SettingsError } from "../settings/environment.ts";

/** @throws {SettingsError} for a `.env` that is a folder, or not ours to read */
export function readDotEnv(): Readonly<Record<string, string | undefined>> {
  if (!existsSync(".env")) return {};
  try {
    return parseEnv(readFileSync(".env", "utf8"));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new SettingsError([{ variable: ".env", problem: `cannot be read: ${reason}` }]);
  }
}
