/** Where work runs: handlers, replay, catch-up and retention. Recording has no such limit. */

/** What Netlify says of the deploy that a call came to (`context.deploy`). */
export interface Deploy {
  /** "production", "deploy-preview", "branch-deploy", "dev" or a branch's own. */
  readonly context: string;
  /** Whether this is the deploy that the site serves now. */
  readonly published: boolean;
}

/**
 * Whether this deploy may run work. A preview has a copy of production's database, due jobs included, and an old
 * production deploy stays reachable at its permalink, with old handlers: neither may run what production will.
 * https://docs.netlify.com/build/data-and-storage/netlify-database/
 */
export function mayRunWork({ context, published }: Deploy): boolean {
  return context === "dev" || (context === "production" && published);
}
