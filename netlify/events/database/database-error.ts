import { codeOf } from "../../base/error-code.ts";

/**
 * A statement failed or was too slow. All that is told is a code: the drivers' own errors repeat the statement's
 * values, people's data included, so neither their message nor they themselves are passed on.
 */
export class DatabaseError extends Error {
  override readonly name = "DatabaseError";
  /** Postgres's SQLSTATE, the system's code such as `ECONNREFUSED`, `TIMEOUT`, or `UNKNOWN`. */
  readonly code: string;

  /** @param problem in a sentence without its end, where more is known than the code */
  constructor(code: string, problem = "the database did not answer as it should") {
    super(`${problem} (${code})`);
    this.code = code;
  }

  /** Throws what a driver threw as a `DatabaseError`. */
  static rethrow(this: void, error: unknown): never {
    throw error instanceof DatabaseError ? error : new DatabaseError(codeOf(error));
  }
}
