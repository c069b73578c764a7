/** Takes a person out of everything that is stored: it counts first, and asks. */
import { useState } from "preact/hooks";
import type { Forgotten } from "../../../api/contract/forget.ts";
import { forgetSlice } from "../../asking/api.ts";
import { type Answer, explain } from "../../asking/call-api.ts";
import { ConfirmButton } from "../../parts/confirm-button.tsx";
import { PrintableText } from "../../parts/printable-text.tsx";
import { counted } from "../../time.ts";

/** The sum of all slices. */
type Found = Omit<Forgotten, "next">;

export function ForgetPerson() {
  const [who, setWho] = useState("");
  const [alsoUnfinished, setAlsoUnfinished] = useState(false);
  const [found, setFound] = useState<Found | null>(null);
  const [said, setSaid] = useState("");
  const [busy, setBusy] = useState(false);

  async function walk(erase: boolean): Promise<void> {
    setBusy(true);
    setSaid(erase ? "Forgetting…" : "Looking…");
    const known = erase && found !== null ? { person: found.person } : {};
    const answer = await walkStore({ who: who.trim(), alsoUnfinished, erase, ...known });
    if (answer.outcome !== "ok") setSaid(explain(answer));
    else if (erase) {
      setFound(null);
      setSaid(`Forgotten: ${sum(answer.value)}.${leftOf(answer.value, alsoUnfinished)}`);
    } else {
      setFound(answer.value);
      setSaid(isNothing(answer.value) ? "Nothing is stored of them." : "");
    }
    setBusy(false);
  }

  return (
    <section class="forget" aria-labelledby="forget-title">
      <h2 id="forget-title">Forget a person</h2>
      <p class="help">
        Their events lose payload and names; their runs, dead letters, and the errors and headers that name
        them go. The uuids stay, so that no event comes back as new. Okta keeps its System Log.
      </p>
      <form
        onSubmit={(submission) => {
          submission.preventDefault();
          if (!busy) void walk(false);
        }}
      >
        <label for="who">Login or Okta id</label>
        <input
          id="who"
          type="text"
          autocomplete="off"
          spellcheck={false}
          required
          minLength={3}
          maxLength={256}
          value={who}
          onInput={(input) => {
            setWho(input.currentTarget.value);
            setFound(null);
          }}
        />
        <button type="submit" aria-disabled={busy}>
          Count what is stored
        </button>
      </form>
      {found !== null && !isNothing(found) && (
        <>
          <p>
            Stored of <PrintableText text={[...new Set(Object.values(found.person).flat())].join(", ")} />:{" "}
            {sum(found)}.
          </p>
          {found.unfinished.length > 0 && (
            <p>
              <label>
                <input
                  type="checkbox"
                  checked={alsoUnfinished}
                  onChange={(change) => setAlsoUnfinished(change.currentTarget.checked)}
                />{" "}
                {counted(found.unfinished.length, "run")} not through yet: end them too. Otherwise their
                events stay.
              </label>
            </p>
          )}
          <p class="send">
            <ConfirmButton
              label="Forget them"
              question="This cannot be undone."
              confirmLabel="Forget this person"
              busyLabel="Forgetting…"
              busy={busy}
              onConfirm={() => void walk(true)}
            />
          </p>
        </>
      )}
      <p role="status">{said}</p>
    </section>
  );
}

async function walkStore(asked: Readonly<Record<string, unknown>>): Promise<Answer<Found>> {
  let found = null as Found | null;
  let after: string | null = null;
  for (;;) {
    const known: object = found === null ? {} : { person: found.person };
    const answer = await forgetSlice({ ...asked, ...known, after });
    if (answer.outcome !== "ok") return answer;
    const { next, ...slice } = answer.value;
    const before = found;
    found = {
      person: slice.person,
      events: slice.events + (before?.events ?? 0),
      otherTexts: slice.otherTexts + (before?.otherTexts ?? 0),
      unfinished: [...(before?.unfinished ?? []), ...slice.unfinished],
    };
    if (next === null) return { outcome: "ok", value: found };
    after = next;
  }
}

function sum({ events, otherTexts }: Found): string {
  return `${counted(events, "event")}, ${counted(otherTexts, "other text")}`;
}

function isNothing({ events, otherTexts, unfinished }: Found): boolean {
  return events + otherTexts + unfinished.length === 0;
}

function leftOf({ unfinished }: Found, alsoUnfinished: boolean): string {
  return unfinished.length > 0 && !alsoUnfinished ? " What is unfinished stayed." : "";
}
