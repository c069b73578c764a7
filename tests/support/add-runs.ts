/** Rows of `runs` as the queue leaves them, for tests that begin with some. */

/** A run; what is not given is as in a run that was done at its first try. */
export interface AddedRun {
  readonly uuid: string;
  readonly handler: string;
  readonly state?: "waiting" | "running" | "done" | "dead";
  readonly eventType?: string;
  readonly failures?: number;
  readonly error?: string;
  /** Of its failure: made of handler and error unless told. */
  readonly fingerprint?: string;
  /** When it was due, and ended. */
  readonly at?: string;
}

/** A statement that adds such runs, and its values. */
export function addRuns(runs: readonly AddedRun[]): [text: string, values: unknown[]] {
  const text = `insert into runs (
      event_uuid, handler, state, event_type, failures, error, fingerprint, due_at, queued_at, started_at, ended_at, failing_since, published, tries,
      retries, cause
    )
    select run.uuid, run.handler, run.state::run_state, run.type, run.failures, run.error,
      case when run.failures > 0 then coalesce(run.fingerprint, left(md5(run.handler || coalesce(run.error, '')), 16)) end, run.at, run.at,
      case when run.state <> 'waiting' then run.at end, case when run.state in ('done', 'dead') then run.at end,
      case when run.failures > 0 then run.at end,
      coalesce((select published from events where events.uuid = run.uuid), run.at), run.failures + 1, 10, 'event'
    from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::integer[], $6::text[], $7::timestamptz[],
      $8::text[]) as run (uuid, handler, state, type, failures, error, at, fingerprint)`;
  return [
    text,
    [
      runs.map(({ uuid }) => uuid),
      runs.map(({ handler }) => handler),
      runs.map(({ state = "done" }) => state),
      runs.map(({ eventType = "user.lifecycle.create" }) => eventType),
      runs.map(({ failures = 0 }) => failures),
      runs.map(({ error }) => error ?? null),
      runs.map(({ at = "2020-01-02T03:04:05.000Z" }) => at),
      runs.map(({ fingerprint }) => fingerprint ?? null),
    ],
  ];
}
