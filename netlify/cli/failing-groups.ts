/** The failures of a site that somebody means: by handler, and by what their error says. */
import { Option } from "commander";
import { type FailingGroup, failing } from "../api/schema/failing.ts";
import type { Api } from "./call-api.ts";

/** Which failures; undefined: all. */
export interface FailureFilter {
  readonly handler?: string | undefined;
  /** A part of the error, or its fingerprint. */
  readonly error?: string | undefined;
}

export function handlerOption(): Option {
  return new Option("--handler <name>", "only this handler");
}

export function errorOption(): Option {
  return new Option("--error <text>", "only failures whose error has this in it; or a fingerprint");
}

/** The groups that fit, the largest first. @param state those that have such runs; undefined: all */
export async function findGroups(
  api: Api,
  { handler, error }: FailureFilter,
  state?: "dead" | "retrying",
): Promise<FailingGroup[]> {
  const { groups } = await api.get("failing", failing);
  return groups.filter(
    (group) =>
      (state === undefined || group[state] > 0) &&
      (handler === undefined || group.handler === handler) &&
      (error === undefined || group.fingerprint === error || (group.error ?? "").includes(error)),
  );
}

/** What of the API's filters stands for these groups: one for each, or one for all where no error was named. */
export function groupFilters({ handler, error }: FailureFilter, groups: readonly FailingGroup[]) {
  if (error !== undefined)
    return groups.map((group) => ({ handler: group.handler, fingerprint: group.fingerprint }));
  return [handler === undefined ? {} : { handler }];
}

/** For example `1,407 dead letters`. */
export function countRuns(groups: readonly FailingGroup[], state: "dead" | "retrying"): string {
  const count = groups.reduce((sum, group) => sum + group[state], 0);
  const what = state === "dead" ? "dead letter" : "retry";
  const many = state === "dead" ? "dead letters" : "retries";
  return `${count.toLocaleString("en-US")} ${count === 1 ? what : many}`;
}
