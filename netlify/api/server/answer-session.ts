/** `/api/session`: who is asking, signing in and out. The one part that answers before the password. */
import { equalInConstantTime } from "../../hook/check-secret.ts";
import { type Session, signInBody } from "../schema/session.ts";
import type { ApiContext } from "./api-context.ts";
import { type Access, closed, readBearer, refuseAccess } from "./check-access.ts";
import { readJson } from "./read-input.ts";
import { json, problem, type Reply } from "./reply.ts";
import { endedSessionCookie, sessionCookie } from "./session-cookie.ts";

/** Answers a call whose origin and content type are checked. */
export async function answerSession(request: Request, access: Access, context: ApiContext): Promise<Reply> {
  switch (request.method) {
    case "GET": {
      // A call with a wrong password is refused here too: else the password could be guessed without a line in the log.
      const wrong = readBearer(request.headers) === undefined ? null : refuseAccess(access);
      if (wrong !== null) return wrong;
      const signedIn = access.kind === "local" || access.kind === "signed-in";
      return json({
        local: context.local,
        signedIn,
        closed: access.kind === "closed",
        requiresPassword: access.kind === "signed-in" || access.kind === "asked",
        writeToken: context.local && signedIn ? await context.writeToken.make() : null,
      } satisfies Session);
    }
    case "POST":
      return await signIn(request, access, context);
    case "DELETE":
      return { kind: "done", headers: { "set-cookie": endedSessionCookie(context) } };
    default:
      return problem(405, "The session takes GET, POST and DELETE.", {
        headers: { allow: "GET, POST, DELETE" },
      });
  }
}

async function signIn(request: Request, access: Access, context: ApiContext): Promise<Reply> {
  const body = await readJson(request, signInBody);
  if (body.kind === "problem") return body;
  // Locally and without a password there is nothing to sign in to.
  if (access.kind === "local") return { kind: "done" };
  if (access.kind === "closed") return closed;
  const password = access.kind === "asked" ? access.password : context.readSettings().password;
  if (password === undefined || !equalInConstantTime(body.value.password, password)) {
    return problem(401, "That is not the password. It is the one that is set as INSPECTOR_PASSWORD.", {
      headers: { "www-authenticate": 'Bearer realm="inspector"' },
    });
  }
  return { kind: "done", headers: { "set-cookie": sessionCookie(password, context) } };
}
