/** Offers the command that runs an event's handlers again. A uuid is Okta's to choose, and people paste what a terminal offers. */

/** What no shell makes anything of, and what is no option. At most as long as the uuids that are kept (`hook/keys.ts`). */
const PLAIN = /^\w[\w.-]{0,127}$/;

/** The command, or where else it can be done for a uuid that has no place in a command. */
export function wayToReplay(uuid: string): string {
  return PLAIN.test(uuid)
    ? `npm run hook -- replay ${uuid}`
    : "use the page (this uuid has characters that do not belong in a command)";
}
