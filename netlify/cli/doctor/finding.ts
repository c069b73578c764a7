/** What a check found: one line, and the cure where there is something to mend. */

/** From best to worst, `skipped` apart: it could not be looked at, and why is said. */
export type State = "skipped" | "fine" | "look" | "fault";

/** One line of the doctor's. */
export interface Finding {
  /** What was looked at, e.g. "port 1337". */
  readonly about: string;
  readonly state: State;
  readonly says: string;
  /** What to do about it. */
  readonly cure?: string;
}

export const fine = (about: string, says: string): Finding => ({ about, state: "fine", says });
export const skipped = (about: string, says: string): Finding => ({ about, state: "skipped", says });

/** It works, but somebody should know. */
export const look = (about: string, says: string, cure?: string): Finding => ({
  about,
  state: "look",
  says,
  ...(cure === undefined ? {} : { cure }),
});

/** It does not work. Where `says` names the cure already, there is no other. */
export const fault = (about: string, says: string, cure?: string): Finding => ({
  about,
  state: "fault",
  says,
  ...(cure === undefined ? {} : { cure }),
});

/** 0: nothing to mend; 1: a fault, or something to look at. */
export function exitCodeOf(findings: readonly Finding[]): 0 | 1 {
  return findings.some(({ state }) => state === "fault" || state === "look") ? 1 : 0;
}
