/** What an answer of the API depends on besides the request; the door hands it in. */
import type { InspectorSettings } from "../../config.ts";
import type { Database } from "../../events/database/database.ts";
import type { Work } from "../../events/work/work.ts";

/** The context of one call. */
export interface ApiContext {
  /** Whether the call is the developer's own: see `hook/is-local.ts`. */
  readonly local: boolean;
  readonly now: Date;
  /** Reads the settings. A `SettingsError` leaves the inspector closed. */
  readonly readSettings: () => InspectorSettings;
  /** Opens the store, once per instance; not called before the caller may see something. */
  readonly database: Database;
  /** The handlers' names, loaded when something is said about them. */
  readonly handlerNames: () => Promise<readonly string[]>;
  /** The queue and the handlers, loaded when something is replayed. Null: this deploy runs no work. */
  readonly openWork: (() => Promise<Work>) | null;
  /** Runs what is due after the answer. */
  readonly runLater: (work: Work) => void;
  /** Sends a sample delivery through the endpoint; whether it took it, and else its words. */
  readonly sendSample: () => Promise<
    { readonly sent: true } | { readonly sent: false; readonly reason: string }
  >;
}
