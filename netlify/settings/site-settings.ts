/** What the site prints and keeps, and who may look at it. */
import * as z from "zod/mini";
import { type Environment, flag, headerValue, readGroup } from "./environment.ts";

const outputSettings = z.object({ LOG_PAYLOADS: z.optional(flag) });

/**
 * Reads whether bodies are printed; undefined where nothing is said: locally yes, deployed no.
 * @throws {SettingsError} where `LOG_PAYLOADS` says neither yes nor no.
 */
export function readLogPayloads(environment: Environment): boolean | undefined {
  return readGroup(outputSettings, environment).LOG_PAYLOADS;
}

const retentionSettings = z.object({
  RETENTION_DAYS: z._default(
    z.pipe(
      z.string().check(z.regex(/^[1-9][0-9]{0,3}$/, "must be a whole number of days from 1 to 9999")),
      z.transform(Number),
    ),
    30,
  ),
});

/**
 * Reads for how many days events are kept.
 * @throws {SettingsError} where `RETENTION_DAYS` is no number of days: nothing is forgotten then.
 */
export function readRetentionDays(environment: Environment): number {
  return readGroup(retentionSettings, environment).RETENTION_DAYS;
}

const inspectorSettings = z.object({ INSPECTOR_PASSWORD: z.optional(headerValue) });

/** What the inspector and the commands that ask it need to know. */
export interface InspectorSettings {
  /** Opens the inspector where it is not local. */
  readonly password: string | undefined;
}

/**
 * Reads the inspector's password. How long it has to be is for whoever lets people in with it.
 * @throws {SettingsError} where `INSPECTOR_PASSWORD` is nothing that a header can carry.
 */
export function readInspectorSettings(environment: Environment): InspectorSettings {
  return { password: readGroup(inspectorSettings, environment).INSPECTOR_PASSWORD };
}
