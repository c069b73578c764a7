/** The one way to the database: how it is asked, how long a statement may take, how a failure is told. */

/** Rows as Postgres gave them: `bigint` and `count` as strings, `timestamptz` as `Date`. */
export interface Rows<Row> {
  readonly rows: readonly Row[];
}

/** How long a statement may take, from the call to its result. */
export interface TimeLimit {
  readonly timeoutMs: number;
}

/** A database that can be asked. */
export interface Database {
  /**
   * Runs one statement: one round trip, in a transaction of its own. Nothing outlives it: a pooler may hand the next statement to
   * another session.
   *
   * One that is too slow is given up, not cancelled: it may still succeed later. Write what may be repeated.
   * @throws {DatabaseError} when it failed or took longer than `timeoutMs`
   */
  query<Row = Record<string, unknown>>(
    text: string,
    values: readonly unknown[],
    limit: TimeLimit,
  ): Promise<Rows<Row>>;
  /** Ends the connections. For tests and commands; a function leaves them to its instance. */
  close(): Promise<void>;
}
