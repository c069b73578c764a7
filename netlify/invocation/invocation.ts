/** What of Netlify's context a call is served with. */
export interface Invocation {
  /** Where the connection came from. */
  readonly ip: string;
  readonly deploy: { readonly context: string; readonly published: boolean };
  /** Lets work go on after the answer. */
  waitUntil(work: Promise<unknown>): void;
}
