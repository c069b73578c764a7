/** Faults, put into the database's functions on purpose: the judge has to see each of them. */
import type { Client } from "pg";
import type { Wrong } from "./judge.ts";

/** A fault, and what it is seen by. */
export interface Fault {
  readonly name: string;
  readonly seenAs: Wrong;
  readonly sabotage: (client: Client) => Promise<void>;
}

export const faults: readonly Fault[] = [
  {
    name: "a line goes by when its runs were queued",
    seenAs: "outOfOrder",
    sabotage: (client) =>
      rewrite(client, "order_line", "order by published, seq limit 1", "order by seq limit 1"),
  },
  {
    name: "a line lets several of its runs begin",
    seenAs: "overlapping",
    async sabotage(client) {
      await client.query("drop index runs_front");
      await rewrite(client, "queue_runs", "case when found then 'held' else new_state end", "new_state");
    },
  },
  {
    name: "a line does not go on after an end",
    seenAs: "unended",
    sabotage: (client) => rewrite(client, "settle_runs", "perform order_lines(names, keys);", ""),
  },
  {
    name: "the older of two is the latest",
    seenAs: "outdated",
    sabotage: (client) =>
      rewrite(client, "order_line", "order by published desc, seq desc", "order by published, seq"),
  },
  {
    name: "what is superseded does not say by which",
    seenAs: "wronglySuperseded",
    sabotage: (client) =>
      rewrite(client, "order_line", "superseded_by = newest.event_uuid", "superseded_by = null"),
  },
  {
    name: "nobody is told that he is late",
    seenAs: "wronglyLate",
    sabotage: (client) => rewrite(client, "take_due_runs", "late = key is not null and", "late = false and"),
  },
  {
    name: "a paused handler runs",
    seenAs: "pausedAndRun",
    async sabotage(client) {
      await rewrite(client, "take_due_runs", "and paused_at is null", "");
      await rewrite(client, "queue_runs", "paused_at is not null or", "");
    },
  },
  {
    name: "a run in a hundred is not queued",
    seenAs: "lost",
    async sabotage(client) {
      await client.query(`
        create function forget_some() returns trigger language plpgsql as
          $function$ begin if random() < 0.01 then return null; end if; return new; end $function$;
        create trigger forget_some before insert on runs for each row execute function forget_some();`);
    },
  },
  {
    name: "a run in a hundred that is done is done again",
    seenAs: "triedAgain",
    sabotage: (client) =>
      rewrite(
        client,
        "settle_runs",
        "set state = 'done'",
        "set state = case when random() < 0.01 then 'waiting' else 'done' end::run_state",
      ),
  },
  {
    name: "a failure is a success",
    seenAs: "doneWithoutWork",
    sabotage: (client) =>
      rewrite(
        client,
        "settle_runs",
        "if outcomes[i] = 'done' then",
        "if outcomes[i] in ('done', 'failed') then",
      ),
  },
  {
    name: "the last try is the first",
    seenAs: "deadTooSoon",
    sabotage: (client) => rewrite(client, "settle_runs", "run.failures >= run.retries", "run.failures >= 0"),
  },
  {
    name: "putting off costs a try",
    seenAs: "wrongTries",
    sabotage: (client) =>
      rewrite(
        client,
        "settle_runs",
        "outcomes[i] in ('failed', 'aborted')",
        "outcomes[i] in ('failed', 'aborted', 'postponed')",
      ),
  },
  {
    name: "an open circuit stops nothing",
    seenAs: "twoProbes",
    sabotage: (client) =>
      rewrite(client, "take_due_runs", "candidate.circuit_open or candidate.catching_up", "false"),
  },
];

/** @throws where the function does not have the text: then nothing would be broken */
async function rewrite(client: Client, name: string, from: string, to: string): Promise<void> {
  const { rows } = await client.query("select pg_get_functiondef($1::regproc) as definition", [name]);
  const { definition } = rows[0];
  if (!definition.includes(from)) throw new Error(`${name} has no "${from}" any more: mend the fault`);
  await client.query(definition.replaceAll(from, () => to));
}
