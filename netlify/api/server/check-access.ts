/**
 * Who may see the data: the developer at this machine, and whoever has the password. There is no third way, and a deploy
 * without a usable password is closed to everybody, previews included.
 */
import { type InspectorSettings, SettingsError } from "../../config.ts";
import { equalInConstantTime } from "../../hook/check-secret.ts";
import { MIN_PASSWORD_LENGTH } from "../contract.ts";
import type { ApiContext } from "./api-context.ts";
import { problem, type Refused } from "./reply.ts";
import { hasSession } from "./session-cookie.ts";

/** What stands between a call and the data. `password` is there where there is one to ask for. */
export type Access =
  | { readonly kind: "local" }
  | { readonly kind: "signed-in" }
  | { readonly kind: "asked"; readonly password: string }
  | { readonly kind: "closed" };

/** Finds out, from headers and settings alone. */
export function checkAccess(headers: Headers, context: ApiContext): Access {
  if (context.local) return { kind: "local" };
  const password = usablePassword(context.readSettings);
  if (password === null) return { kind: "closed" };
  const bearer = /^Bearer +(.*)$/i.exec(headers.get("authorization") ?? "")?.[1];
  const right =
    (bearer !== undefined && equalInConstantTime(bearer, password)) ||
    hasSession(headers.get("cookie"), password, context.now);
  return right ? { kind: "signed-in" } : { kind: "asked", password };
}

/** Why somebody gets no data; null: they do. */
export function refuseAccess(access: Access): Refused | null {
  switch (access.kind) {
    case "local":
    case "signed-in":
      return null;
    case "asked":
      return problem(
        401,
        "Sign in with the password that is set as INSPECTOR_PASSWORD: on the page, or as authorization: Bearer <password>.",
        { headers: { "www-authenticate": 'Bearer realm="inspector"' } },
      );
    case "closed":
      return closed;
  }
}

/** Closed to everybody. */
export const closed = problem(
  503,
  `The inspector is closed: set INSPECTOR_PASSWORD to ${MIN_PASSWORD_LENGTH} printable ASCII characters or more in the site's environment variables, and deploy again.`,
);

function usablePassword(readSettings: () => InspectorSettings): string | null {
  try {
    const { password } = readSettings();
    return password !== undefined && password.length >= MIN_PASSWORD_LENGTH ? password : null;
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    return null;
  }
}
