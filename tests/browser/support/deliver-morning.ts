/** A morning at an imaginary company, delivered to the real endpoint: what pictures and looks are made of. */
import { sampleDelivery } from "../../../netlify/samples/sample-delivery.ts";

const people = [
  ["Jane Doe", "jane.doe@example.com"],
  ["Amir Haddad", "amir.haddad@example.com"],
  ["Lena Fischer", "lena.fischer@example.com"],
  ["Tomás Ortiz", "tomas.ortiz@example.com"],
  ["Mei Tanaka", "mei.tanaka@example.com"],
] as const;

const kinds = [
  ["user.lifecycle.create", "Create Okta user", "SUCCESS"],
  ["user.session.start", "User login to Okta", "SUCCESS"],
  ["user.account.lock", "Max sign in attempts exceeded", "FAILURE"],
  ["group.user_membership.add", "Add user to group membership", "SUCCESS"],
  ["application.user_membership.add", "Add user to application membership", "SUCCESS"],
  ["user.mfa.factor.activate", "Enroll factor for user", "SUCCESS"],
  ["user.account.reset_password", "Fired when the user's Okta password is reset", "SUCCESS"],
  ["user.authentication.auth_via_mfa", "Authentication of user via MFA", "DENY"],
] as const;

/** @param many how many deliveries; the last one happened at `now` */
export async function deliverMorning(url: string, now: Date, many = 40): Promise<void> {
  for (let number = 0; number < many; number++) {
    const at = new Date(now.getTime() - (many - 1 - number) * 83_000);
    const size = number % 9 === 4 ? 3 : 1;
    const bodies = Array.from({ length: size }, (_, place) => eventBody(number + place, at));
    const [body] = bodies;
    if (body === undefined) continue;
    body.data.events = bodies.flatMap(({ data }) => data.events);
    await post(url, JSON.stringify(body), number);
    // Every eleventh comes twice, as Okta's do.
    if (number % 11 === 6) await post(url, JSON.stringify(body), number);
  }
}

async function post(url: string, body: string, number: number): Promise<void> {
  const response = await fetch(`${url}/okta-webhooks-endpoint`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      "user-agent": "Okta-Event-Hooks",
      ...(number % 3 === 0 && {
        "x-hookdeck-eventid": `evt_${number}k2J9sQ`,
        "x-hookdeck-attempt-count": "1",
      }),
    },
    body,
  });
  if (response.status !== 204) throw new Error(`The delivery was answered ${response.status}.`);
}

function eventBody(number: number, at: Date) {
  const [eventType, displayMessage, outcome] = kinds[(number * 5) % kinds.length] ?? kinds[0];
  const [name, login] = people[number % people.length] ?? people[0];
  const body = JSON.parse(
    JSON.stringify(sampleDelivery({ eventType, now: new Date(at.getTime() - 1300), sparse: false })),
  );
  const [event] = body.data.events;
  event.displayMessage = displayMessage;
  event.outcome = { result: outcome, reason: outcome === "FAILURE" ? "Too many attempts" : null };
  event.target[0].displayName = name;
  event.target[0].alternateId = login;
  return body;
}
