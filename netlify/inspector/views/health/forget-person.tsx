/** Takes a person out of everything that is stored: it counts first, and asks. */
import { useState } from "preact/hooks";
import type { Forgotten } from "../../../api/schema/forget.ts";
import { ConfirmButton } from "../../components/buttons.tsx";
import { PrintableText } from "../../components/text.tsx";
import { explain, forgetPerson } from "../../data/api.ts";
import { counted as many } from "../../time.ts";

/** Of what can be many, up to so many are named. */
const MAX_NAMED = 10;

/** What is stored of whom: of the text that was looked for, though another may be typed by now. */
interface PersonCount {
  readonly who: string;
  readonly stored: Forgotten;
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
    const answer = await forgetPerson({ who: asked, alsoUnfinished, erase: false });
    setBusy(false);
    if (answer.outcome !== "ok") return setSaid(explain(answer));
    setCounted({ who: asked, stored: answer.value });
    setSaid(isNothing(answer.value) ? "Nothing is stored of them." : "");
  }

  async function forget({ who: asked }: PersonCount): Promise<void> {
    setBusy(true);
    setSaid("Forgetting…");
    const answer = await forgetPerson({ who: asked, alsoUnfinished, erase: true });
    setBusy(false);
    if (answer.outcome !== "ok") return setSaid(explain(answer));
    setCounted(null);
    setAlsoUnfinished(false);
    setSaid(`Forgotten: ${sum(answer.value)}.${leftOf(answer.value)}`);
  }

  const found = counted?.who === who.trim() ? counted : null;

  return (
    <section class="forget" aria-labelledby="forget-title">
      <h2 id="forget-title">Forget a person</h2>
      <p class="help">
        The events that name them lose payload, runs and dead letters; errors and headers that repeat their id
        or login go too. The uuids stay, so that no event comes back as new. An older event that arrives only
        later is handled, and emptied within a day. To recognise it, salted hashes of their ids and logins are
        kept for 90 days: pseudonymous, not anonymous. Okta keeps its System Log.
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
            Stored of <PrintableText text={namesOf(found)} />: {sum(found.stored)}.
          </p>
          {found.stored.owners.length > 0 && (
            <>
              <p>Whose events go:</p>
              <ul>
                {found.stored.owners.slice(0, MAX_NAMED).map(({ owner, events }) => (
                  <li key={owner}>
                    <PrintableText text={owner} />: {many(events, "event")}
                  </li>
                ))}
                {found.stored.owners.length > MAX_NAMED && (
                  <li>… and {found.stored.owners.length - MAX_NAMED} more</li>
                )}
              </ul>
            </>
          )}
          {found.stored.person?.sharedLogins.map((login) => (
            <p key={login}>
              Somebody else has or had <PrintableText text={login} /> too: what names the person by this login
              alone stays. To forget both, give the login.
            </p>
          ))}
          {found.stored.unfinished.length > 0 && (
            <p>
              <label>
                <input
                  type="checkbox"
                  checked={alsoUnfinished}
                  onChange={(change) => setAlsoUnfinished(change.currentTarget.checked)}
                />{" "}
                {many(found.stored.unfinished.length, "run")} not through yet: end them too. Otherwise their
                events go within a day after that.
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

function namesOf({ who, stored: { person } }: PersonCount): string {
  const { logins = [], ids = [], names = [] } = person ?? {};
  const all = [...new Set([who, ...logins, ...ids, ...names])];
  const more = all.length > MAX_NAMED ? ` and ${all.length - MAX_NAMED} more` : "";
  return all.slice(0, MAX_NAMED).join(", ") + more;
}

function sum({ events, otherTexts }: Forgotten): string {
  return `${many(events, "event")}, ${many(otherTexts, "other text")}`;
}

function isNothing({ events, otherTexts }: Forgotten): boolean {
  return events + otherTexts === 0;
}

function leftOf({ unfinished }: Forgotten): string {
  return unfinished.length > 0 ? " What is unfinished goes within a day after it has finished." : "";
}
