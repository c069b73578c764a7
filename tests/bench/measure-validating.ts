/** What reading a delivery costs beside the `JSON.parse` that it cannot do without. */
import { readDelivery } from "../../netlify/hook/read-delivery.ts";
import { type Figure, ratio } from "./figure.ts";
import { makePayload } from "./make-payload.ts";
import { type Timed, timeInTurns } from "./time-in-turns.ts";

/** Measures one event and a batch; a run reads the same text several times, as the clock is coarse. */
export async function measureValidating(): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const [count, times] of [
    [1, 200],
    [100, 2],
  ] as const) {
    const timed = (read: (body: string) => unknown): Timed => ({
      prepare() {
        const body = makePayload(count);
        return () => {
          for (let time = 0; time < times; time += 1) read(body);
        };
      },
    });
    const { parsed, read } = await timeInTurns(
      { parsed: timed(JSON.parse), read: timed(readDelivery) },
      { rounds: 100 },
    );
    const events = count === 1 ? "one event" : `${count} events`;
    figures.push(ratio(`JSON.parse and validation of ${events} / JSON.parse`, read, parsed, 4));
  }
  return figures;
}
