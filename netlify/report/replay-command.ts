/** Offers the command that runs an event's handlers again. */

import { shellWord } from "../base/shell-word.ts";
import { MAX_UUID_LENGTH } from "../hook/delivery.ts";

/** The command, or where else it can be done for a uuid that has no place in a command. */
export function replayCommand(uuid: string): string {
  // What has to be quoted is no uuid of Okta's.
  return shellWord(uuid) === uuid && uuid.length <= MAX_UUID_LENGTH
    ? `npm run hook -- replay ${uuid}`
    : "use the page (this uuid has characters that do not belong in a command)";
}
