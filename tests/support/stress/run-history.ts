/** Each state that a run was ever in, written by a trigger in the transaction that changed it. */
import type { Client } from "pg";

/** A run that came into a state. Times are in milliseconds since 1970, of this machine's clock. */
export interface Transition {
  readonly uuid: string;
  readonly handler: string;
  readonly key: string | null;
  /** When its event was published. */
  readonly published: number;
  /** Which of two with the same `published` was queued first. */
  readonly seq: number;
  /** Null: it was queued in this state. */
  readonly was: string | null;
  readonly state: string;
  readonly tries: number;
  /** Failures that count, since it was queued or replayed. */
  readonly failures: number;
  readonly late: boolean;
  readonly isReplay: boolean;
  readonly supersededBy: string | null;
  /** When its transaction began, and when it was committed. */
  readonly began: number;
  readonly committed: number;
}

/** A handler whose circuit opened or closed, or that has caught up after that. */
export interface CircuitState {
  readonly handler: string;
  readonly isOpen: boolean;
  readonly isCatchingUp: boolean;
  readonly began: number;
  readonly committed: number;
}

/** Begins to record. The server needs `track_commit_timestamp`. */
export async function recordHistory(client: Client): Promise<void> {
  await client.query(`
    create table run_history (
      n bigint generated always as identity primary key,
      began timestamptz not null default now(),
      was run_state,
      run runs not null
    );
    create function write_run_history() returns trigger language plpgsql as $function$
    begin
      insert into run_history (was, run) values (case when tg_op = 'UPDATE' then old.state end, new);
      return null;
    end
    $function$;
    create trigger run_queued after insert on runs for each row execute function write_run_history();
    create trigger run_changed after update on runs for each row
      when (new.state <> old.state or new.tries <> old.tries) execute function write_run_history();
    create table circuit_history (
      n bigint generated always as identity primary key,
      began timestamptz not null default now(),
      handler handlers not null
    );
    create function write_circuit_history() returns trigger language plpgsql as $function$
    begin
      insert into circuit_history (handler) values (new);
      return null;
    end
    $function$;
    create trigger circuit_changed after update on handlers for each row
      when ((new.circuit_opened_at is null) <> (old.circuit_opened_at is null) or new.catching_up <> old.catching_up)
      execute function write_circuit_history();
  `);
}

/** Reads the whole history, in the order in which it was written. */
export async function readHistory(client: Client): Promise<Transition[]> {
  const { rows } = await client.query(`
    select (run).event_uuid as uuid, (run).handler, (run).key, (run).seq::float8, was, (run).state, (run).tries, (run).failures, (run).late,
      extract(epoch from (run).published)::float8 * 1000 as published, (run).cause = 'replay' as "isReplay",
      (run).superseded_by as "supersededBy", extract(epoch from began)::float8 * 1000 as began,
      extract(epoch from pg_xact_commit_timestamp(xmin))::float8 * 1000 as committed
    from run_history order by n`);
  return rows;
}

/** Reads what became of the circuits, in the order in which it was written. */
export async function readCircuits(client: Client): Promise<CircuitState[]> {
  const { rows } = await client.query(`
    select (handler).name as handler, (handler).circuit_opened_at is not null as "isOpen", (handler).catching_up as "isCatchingUp",
      extract(epoch from began)::float8 * 1000 as began,
      extract(epoch from pg_xact_commit_timestamp(xmin))::float8 * 1000 as committed
    from circuit_history order by n`);
  return rows;
}
