/** Takes a person out of everything that is stored: it counts first, and asks. */
import { useState } from "preact/hooks";
import type { Forgotten } from "../../../api/schema/forget.ts";
import { ConfirmButton } from "../../components/confirm-button.tsx";
import { PrintableText } from "../../components/printable-text.tsx";
import { forgetSlice } from "../../data/api.ts";
import { type Answer, explain } from "../../data/call-api.ts";
import { counted as many } from "../../time.ts";

/** The sum of all slices. */
type StoredData = Omit<Forgotten, "next">;

/** What is stored of whom: of the text that was looked for, though another may be typed by now. */
interface PersonCount {
  readonly who: string;
  readonly stored: StoredData;
}

export function ForgetPerson() {
  const [who, setWho] = useState("");
  const [alsoUnfinished, setAlsoUnfinished] = useState(false);
  const [counted, setCounted] = useState<PersonCount | null>(null);
  const [said, setSaid] = useState("");
  const [busy, setBusy] = useState(false);

  async function look(): Promise<void> {
    const asked = who.trim();
    setBusy(true);
    setSaid("Looking…");
    const answer = await walkStore({ who: asked, alsoUnfinished, erase: false });
    setBusy(false);
    if (answer.outcome !== "ok") return setSaid(explain(answer));
    setCounted({ who: asked, stored: answer.value });
    setSaid(isNothing(answer.value) ? "Nothing is stored of them." : "");
  }

  async function forget({ who: asked, stored }: PersonCount): Promise<void> {
    setBusy(true);
    setSaid("Forgetting…");
    const answer = await walkStore({ who: asked, person: stored.person, alsoUnfinished, erase: true });
    setBusy(false);
    if (answer.outcome !== "ok") return setSaid(explain(answer));
    setCounted(null);
    setAlsoUnfinished(false);
    setSaid(`Forgotten: ${sum(answer.value)}.${leftOf(answer.value, alsoUnfinished)}`);
  }

  const found = counted?.who === who.trim() ? counted : null;

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
          if (!busy) void look();
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
            setAlsoUnfinished(false);
            setSaid("");
          }}
        />
        <button type="submit" aria-disabled={busy}>
          Count what is stored
        </button>
      </form>
      {found !== null && !isNothing(found.stored) && (
        <>
          <p>
            Stored of{" "}
            <PrintableText text={[...new Set(Object.values(found.stored.person).flat())].join(", ")} />:{" "}
            {sum(found.stored)}.
          </p>
          {found.stored.unfinished.length > 0 && (
            <p>
              <label>
                <input
                  type="checkbox"
                  checked={alsoUnfinished}
                  onChange={(change) => setAlsoUnfinished(change.currentTarget.checked)}
                />{" "}
                {many(found.stored.unfinished.length, "run")} not through yet: end them too. Otherwise their
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
              onConfirm={() => void forget(found)}
            />
          </p>
        </>
      )}
      <p role="status">{said}</p>
    </section>
  );
}

async function walkStore(asked: Readonly<Record<string, unknown>>): Promise<Answer<StoredData>> {
  let found = null as StoredData | null;
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

function sum({ events, otherTexts }: StoredData): string {
  return `${many(events, "event")}, ${many(otherTexts, "other text")}`;
}

function isNothing({ events, otherTexts, unfinished }: StoredData): boolean {
  return events + otherTexts + unfinished.length === 0;
}

function leftOf({ unfinished }: StoredData, alsoUnfinished: boolean): string {
  return unfinished.length > 0 && !alsoUnfinished ? " What is unfinished stayed." : "";
}
