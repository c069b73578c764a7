/** Whether Okta's events come through: the hook, what is missing, what is wrong; and the set-up until the first delivery. */

import type { ComponentChildren } from "preact";
import type { Alert, Health } from "../../../api/schema/health.ts";
import { Problem } from "../../components/problem.tsx";
import { Tag, type Tone } from "../../components/tag.tsx";
import { PrintableText, Time } from "../../components/text.tsx";
import { fetchHealth } from "../../data/api.ts";
import { useLive } from "../../data/use-live.ts";
import { useQuery } from "../../data/use-query.ts";
import { counted, duration, exactTime } from "../../time.ts";
import { ForgetPerson } from "./forget-person.tsx";
import { HandlerTable } from "./handler-table.tsx";
import { SetUpChecklist } from "./set-up-checklist.tsx";

export function HealthView({ local }: { local: boolean }) {
  const { value, problem, again } = useQuery("health", fetchHealth, "changes");
  return (
    <div class="health">
      <h1>Health</h1>
      {problem !== null && <Problem text={problem} retry={() => void again()} />}
      {value === null && problem === null && <p class="loading">Loading…</p>}
      {value !== null && (
        <>
          <AlertList alerts={value.alerts} />
          <HandlerTable />
          <Cards health={value} />
          <SetUpChecklist health={value} local={local} />
        </>
      )}
      <ForgetPerson />
    </div>
  );
}

function Cards({ health }: { health: Health }) {
  const { hook, ledger, catchUp, alertsTo, database, org } = health;
  return (
    <div class="cards">
      <HealthCard
        title="Event hook in Okta"
        tone={hook === null ? "quiet" : hook.delivers ? "good" : "bad"}
        word={hook === null ? "not known" : hook.delivers ? "delivers" : "does not deliver"}
      >
        {hook === null ? (
          <p>
            {org === null
              ? "OKTA_ORG_URL is not set, so nobody can look at the hook from here."
              : "Nobody has looked at it yet: the sweep does, within the hour."}
          </p>
        ) : (
          <>
            <p>
              <strong>
                <PrintableText text={hook.name} />
              </strong>
              : <PrintableText text={hook.sentence} />
            </p>
            {hook.fix !== null && <Fix text={hook.fix} />}
            <p class="aside">
              {counted(hook.eventTypes.length, "event type")}
              {hook.filtered.length > 0 && `, ${hook.filtered.length} with a filter`}, looked at{" "}
              <Time at={hook.checkedAt} look="bare" />
            </p>
          </>
        )}
      </HealthCard>
      <HealthCard
        title="Completeness"
        tone={catchUp.on ? (catchUp.fix === null ? "good" : "warn") : "quiet"}
        word={catchUp.on ? "compared with the System Log" : "catch-up is off"}
      >
        {ledger !== null && (
          <>
            <p>
              <PrintableText text={ledger.sentence} />
            </p>
            <LedgerHours hours={ledger.hours} />
          </>
        )}
        <p>
          <PrintableText text={catchUp.reason} />
        </p>
        {catchUp.fix !== null && <Fix text={catchUp.fix} />}
        {catchUp.behindMs !== null && (
          <p class="aside">The log is compared up to {duration(catchUp.behindMs)} ago.</p>
        )}
      </HealthCard>
      <HealthCard title="Database" tone="good" word="answers">
        <p>
          <PrintableText text={database.sentence} />
        </p>
      </HealthCard>
      <HealthCard
        title="Alerts"
        tone={alertsTo === null ? "quiet" : "good"}
        word={alertsTo === null ? "not sent" : "sent"}
      >
        {alertsTo === null ? (
          <p>
            Failures are shown here only. Set <code>ALERT_URL</code> to hear of them.
          </p>
        ) : (
          <p>
            Told to {alertsTo.kind} at <PrintableText text={alertsTo.host} />.
          </p>
        )}
      </HealthCard>
    </div>
  );
}

function AlertList({ alerts }: { alerts: readonly Alert[] }) {
  const { feed } = useLive();
  if (alerts.length === 0) {
    const isWell =
      feed !== null && feed.dead + feed.retrying + feed.failing.length === 0 && feed.loadProblem === null;
    return isWell ? <p class="all-well">Nothing is wrong that this site knows of.</p> : null;
  }
  return (
    <ul class="alerts" aria-label="What is wrong">
      {alerts.map((alert) => (
        <li key={alert.id}>
          <p>
            <PrintableText text={alert.sentence} />
          </p>
          {alert.fix !== null && <Fix text={alert.fix} />}
          <p class="aside">
            since <Time at={alert.since} /> <NotificationTag alert={alert} />
          </p>
        </li>
      ))}
    </ul>
  );
}

const notificationTones: Record<Alert["notification"]["state"], Tone> = {
  off: "quiet",
  waiting: "quiet",
  sent: "good",
  failing: "bad",
};

function NotificationTag({ alert: { notification } }: { alert: Alert }) {
  const words = {
    off: "shown here only",
    waiting: "not sent yet",
    sent: "sent",
    failing: "could not be sent",
  }[notification.state];
  return (
    <>
      <Tag tone={notificationTones[notification.state]}>{words}</Tag>
      {notification.problem !== null && (
        <>
          {" "}
          <PrintableText text={notification.problem} />
        </>
      )}
    </>
  );
}

function Fix({ text }: { text: string }) {
  return (
    <p class="fix">
      <PrintableText text={text} />
    </p>
  );
}

/** One thing that can be well or not, in a word and a sentence. */
function HealthCard({
  title,
  tone,
  word,
  children,
}: {
  title: string;
  tone: Tone;
  word: string;
  children: ComponentChildren;
}) {
  return (
    <section class={`card ${tone}`}>
      <h2>
        {title} <Tag tone={tone}>{word}</Tag>
      </h2>
      {children}
    </section>
  );
}

type Hours = NonNullable<Health["ledger"]>["hours"];

function LedgerHours({ hours }: { hours: Hours }) {
  return (
    <ol class="hours" aria-label="The last 24 hours, one by one">
      {hours.map((hour) => {
        const { look, words } = describe(hour);
        return (
          <li key={hour.hour} class={look} title={`${exactTime(hour.hour)}: ${words}`}>
            <span class="sr-only">
              {exactTime(hour.hour)}: {words}
            </span>
          </li>
        );
      })}
    </ol>
  );
}

function describe({ counts }: Hours[number]): { look: string; words: string } {
  if (counts === null) return { look: "unknown", words: "not compared yet" };
  const { missed } = counts;
  if (missed > 0) return { look: "missed", words: `${missed} recovered from the System Log` };
  return { look: "well", words: "all here" };
}
