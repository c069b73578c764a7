/**
 * A program, not a test: saves a handler of a real `npm start` at random, broken and good, in every way an editor does, while a
 * page polls and deliveries come. Tells how long the site was away at most, and whether an acknowledged event was lost.
 *
 *     node tests/e2e/measure-saves.ts [how many saves, 50 unless told]
 */
import { randomInt, randomUUID } from "node:crypto";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { startNpm } from "./support/npm-start.ts";
import { copyProject } from "./support/project-copy.ts";
import { waysOfSaving } from "./support/save-file.ts";

const saves = Number(process.argv[2] ?? 50);
const copy = await copyProject();
const start = await startNpm(copy);
const handlerFile = join(copy.directory, "netlify/handlers/greet-new-user.ts");
const good = `import { defineHandler } from "../handler-kit/define-handler.ts";
export default defineHandler({
  name: "greet-new-user",
  on: "user.lifecycle.create",
  handle(event, { log }) {
    log.info("greeted", { uuid: event.uuid });
  },
});
`;
const acknowledged: string[] = [];
const refused: number[] = [];
const pageStatuses = new Map<number, number>();
let awaySinceMs: number | undefined;
let longestAwayMs = 0;
let over = false;

/** An open page: 0 stands for no answer at all. */
async function poll(): Promise<void> {
  while (!over) {
    const response = await fetch(`${start.site}/api/changes`, { signal: AbortSignal.timeout(20_000) }).catch(
      () => undefined,
    );
    await response?.arrayBuffer();
    const status = response?.status ?? 0;
    pageStatuses.set(status, (pageStatuses.get(status) ?? 0) + 1);
    if (status === 0) awaySinceMs ??= performance.now();
    else if (awaySinceMs !== undefined) {
      longestAwayMs = Math.max(longestAwayMs, performance.now() - awaySinceMs);
      awaySinceMs = undefined;
    }
    await wait(300);
  }
}

async function deliver(): Promise<void> {
  while (!over) {
    const uuid = randomUUID();
    const event = { uuid, published: new Date().toISOString(), eventType: "user.lifecycle.create" };
    const response = await fetch(`${start.site}/okta-webhooks-endpoint`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ eventType: "com.okta.event_hook", data: { events: [event] } }),
      signal: AbortSignal.timeout(20_000),
    }).catch(() => undefined);
    if (response?.status === 204) acknowledged.push(uuid);
    else refused.push(response?.status ?? 0);
    await wait(1_000);
  }
}

try {
  const working = [poll(), deliver()];
  const ways = Object.values(waysOfSaving);
  let broken = 0;
  for (let save = 1; save <= saves; save += 1) {
    const breaks = randomInt(2) === 0 && save < saves;
    if (breaks) broken += 1;
    await ways[randomInt(ways.length)]?.(
      handlerFile,
      breaks ? good.slice(0, randomInt(40, good.length - 4)) : good,
    );
    await wait(randomInt(100, 2_500));
  }
  over = true;
  await Promise.all(working);
  const count = async () => {
    let handled = 0;
    for (const uuid of acknowledged) {
      const response = await fetch(`${start.site}/api/events/${uuid}`);
      const { runs = [] } = Object(await response.json());
      if (response.ok && runs.some((run: { state: string }) => run.state === "done")) handled += 1;
    }
    return handled;
  };
  let handled = 0;
  for (let turn = 0; turn < 20 && handled < acknowledged.length; turn += 1) {
    await wait(3_000);
    handled = await count();
  }
  const ended = start.output().match(/ended by itself/g)?.length ?? 0;
  console.log(`${saves} saves, ${broken} of them broken
netlify dev ended by itself ${ended} times; the site was away for ${Math.round(longestAwayMs)} ms at most
page: ${[...pageStatuses].map(([status, times]) => `${times} times ${status}`).join(", ")}
deliveries: ${acknowledged.length} acknowledged, ${refused.length} refused (${[...new Set(refused)].join(", ") || "none"})
of the acknowledged ones ${handled} are stored and handled, ${acknowledged.length - handled} are not`);
  if (handled < acknowledged.length || longestAwayMs > 15_000) process.exitCode = 1;
} finally {
  await start.stop();
  await copy.remove();
}
