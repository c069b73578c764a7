/** What an answer of the API depends on besides the request: made in `serve.ts`, or by a test. */
import type { StateCache } from "../../catch-up/state.ts";
import type { Database } from "../../events/database/database.ts";
import type { Work } from "../../events/work/work.ts";
import type { Handler } from "../../handler-kit/define-handler.ts";
import type { AlertSettings } from "../../settings/alert-settings.ts";
import type { CatchUpSettings } from "../../settings/catch-up-settings.ts";
import type { Environment } from "../../settings/environment.ts";
import type { HookSettings } from "../../settings/hook-settings.ts";
import type { InspectorSettings } from "../../settings/site-settings.ts";

/** The context of one call. */
export interface ApiContext {
  /** Whether the call is the developer's own: see `is-local-call.ts`. */
  readonly local: boolean;
  readonly now: Date;
  /** The token of local writes: see `write-token.ts`. Asked for locally only. */
  readonly writeToken: {
    readonly make: () => Promise<string>;
    readonly isRight: (sent: string | null) => Promise<boolean>;
  };
  /** Reads the settings. A `SettingsError` leaves the inspector closed. */
  readonly readSettings: () => InspectorSettings;
  /** Reads the settings of the endpoint. It throws a `SettingsError`. */
  readonly readHookSettings: () => HookSettings;
  readonly readCatchUpSettings: () => CatchUpSettings;
  /** Reads where alerts are sent. It throws a `SettingsError`. */
  readonly readAlertSettings: () => AlertSettings | null;
  /** Opens the blob cache of this invocation. */
  readonly openCache: () => StateCache;
  /** Opens the store, once per instance; not called before the caller may see something. */
  readonly database: Database;
  /** The handlers, loaded when something is said about them. */
  readonly handlers: () => Promise<readonly Handler[]>;
  /** Where the handlers' settings are read from. */
  readonly environment: Environment;
  /** The queue and the handlers, loaded when something is replayed. Null: this deploy runs no work. */
  readonly openWork: (() => Promise<Work>) | null;
  /** Runs what is due, and updates the alerts, after the answer. */
  readonly runLater: (work: Work) => void;
  /** Gives a sample delivery to the endpoint; whether it took it, and else its words. Null: no endpoint in this function. */
  readonly sendSample:
    | (() => Promise<{ readonly sent: true } | { readonly sent: false; readonly reason: string }>)
    | null;
}
