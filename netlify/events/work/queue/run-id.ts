/**
 * The ids of runs. They follow from what is run, so queuing the same run twice, from two places or after a crash, adds one
 * job: pg-boss leaves an id that it has alone, whatever its state. (Its `singletonKey` would not do that.)
 */
import { createHash } from "node:crypto";

/** The id of an event's first run by a handler. */
export function runId(uuid: string, handlerName: string): string {
  return uuidV5(JSON.stringify(["run", uuid, handlerName]));
}

/** The id of the run that repeats a run: two requests to repeat one run make one job. */
export function rerunId(previousRunId: string): string {
  return uuidV5(JSON.stringify(["rerun", previousRunId]));
}

/** This project's own namespace. A changed one would queue every stored run a second time. */
const namespace = Buffer.from("5d1f3c0e9a5b4c52b3a4e1d0c7f28a61", "hex");

/** A name-based UUID (RFC 9562, section 5.5). */
function uuidV5(name: string): string {
  const hash = createHash("sha1").update(namespace).update(name).digest().subarray(0, 16);
  hash.writeUInt8((hash.readUInt8(6) & 0x0f) | 0x50, 6);
  hash.writeUInt8((hash.readUInt8(8) & 0x3f) | 0x80, 8);
  return hash.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
