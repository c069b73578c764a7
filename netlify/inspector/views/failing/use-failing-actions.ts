/** Replaying and discarding failing runs, and what came of it in a sentence. */
import { useState } from "preact/hooks";
import type {
  DiscardFailingBody,
  ReplayFailingBody,
  ReplayFailingResult,
} from "../../../api/schema/failing.ts";
import { discardFailing, explain, replayFailing } from "../../data/api.ts";
import { useLive } from "../../data/use-live.ts";
import { counted } from "../../time.ts";

export interface FailingActions {
  readonly busy: boolean;
  readonly said: string;
  readonly replay: (which: ReplayFailingBody) => void;
  readonly discard: (which: DiscardFailingBody) => void;
}

export function useFailingActions(onChanged: () => Promise<void>): FailingActions {
  const { askNow } = useLive();
  const [busy, setBusy] = useState(false);
  const [said, setSaid] = useState("");
  async function act(ask: () => Promise<string>): Promise<void> {
    setBusy(true);
    setSaid(await ask());
    await onChanged();
    askNow();
    setBusy(false);
  }
  return {
    busy,
    said,
    replay: (which) =>
      void act(async () => {
        const answer = await replayFailing(which);
        if (answer.outcome !== "ok") return explain(answer);
        const { queued, left } = answer.value;
        const words = which.state === "dead" ? "queued" : "due now";
        return [`${counted(queued, "run")} ${words}.`, ...left.map(leftWords)].join(" ");
      }),
    discard: (which) =>
      void act(async () => {
        const answer = await discardFailing(which);
        return answer.outcome === "ok"
          ? `Discarded ${counted(answer.value.discarded, "dead letter")}.`
          : explain(answer);
      }),
  };
}

const whyLeft: Record<ReplayFailingResult["left"][number]["reason"], string> = {
  "handler-gone": "their handler is no longer in netlify/handlers/index.ts",
  "payload-gone": "their events are past the retention",
  "no-key": "`order` or `latest` of their handler fails for their events",
};

function leftWords({ reason, count }: ReplayFailingResult["left"][number]): string {
  return `${counted(count, "dead letter")} stay: ${whyLeft[reason]}.`;
}
