/** The names of the queues, apart from the queue itself: whoever only reads them loads no pg-boss. */

/** Runs waiting, going on and done. */
export const RUNS_QUEUE = "handler-runs";
/** Copies of the runs that failed for the last time, waiting to be replayed. */
export const DEAD_LETTERS_QUEUE = "dead-letters";
