/** What is wrong with a Postgres of one's own and how to mend it, by the code of what failed. Nothing here names its address. */

/** The code of a server that does not speak TLS: the driver has none for it. */
export const NO_TLS = "NO_TLS";

const UNREACHABLE =
  "its server does not answer; check host and port, and that it lets any address of the internet in: Netlify's change";
const UNKNOWN_HOST = "its host is unknown; check the host's name";
const WRONG_PASSWORD =
  "its server refuses the user or the password; check both: in an address, write / : ? # and % as %2F %3A %3F %23 and %25";
const UNKNOWN_ISSUER =
  "its server's certificate is of an issuer that is not known here; set DATABASE_CA to the text of the CA's certificate, which the provider offers";
const NO_SCHEMA =
  "its user may not create tables, or not use them; give the user a schema: create schema hooks authorization <user>; alter role <user> set search_path = hooks";
const NOT_MIGRATED =
  "it lacks tables of this version; npm run hook -- database migrate makes them, with --database where it is DATABASE_URL";

/** Each completes "DATABASE_URL: …". */
const EXPLANATIONS: Readonly<Record<string, string>> = {
  ENOTFOUND: UNKNOWN_HOST,
  EAI_AGAIN: UNKNOWN_HOST,
  ECONNREFUSED: UNREACHABLE,
  ECONNRESET: UNREACHABLE,
  EHOSTUNREACH: UNREACHABLE,
  ENETUNREACH: UNREACHABLE,
  ETIMEDOUT: UNREACHABLE,
  TIMEOUT: UNREACHABLE.replace("does not answer", "did not answer in time"),
  "28000": WRONG_PASSWORD,
  "28P01": WRONG_PASSWORD,
  "3D000": "its server has no such database; check the name after the last /",
  CERT_HAS_EXPIRED:
    "its server's certificate has expired; renew it, and where DATABASE_CA is set, that one, too",
  ERR_TLS_CERT_ALTNAME_INVALID:
    "its server's certificate is for another host; take the host that it names, or sslmode=verify-ca, which checks none",
  DEPTH_ZERO_SELF_SIGNED_CERT: UNKNOWN_ISSUER,
  SELF_SIGNED_CERT_IN_CHAIN: UNKNOWN_ISSUER,
  UNABLE_TO_GET_ISSUER_CERT: UNKNOWN_ISSUER,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNKNOWN_ISSUER,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNKNOWN_ISSUER,
  [NO_TLS]:
    "its server does not speak TLS; switch TLS on there: sslmode=disable is for a network that nobody else is in",
  "42501": NO_SCHEMA,
  "3F000": NO_SCHEMA,
  "25006":
    "it is read-only; take the address of the primary, not of a replica: some providers do this when the disk is full, too",
  "53100": "its disk is full; give it more, or lower RETENTION_DAYS",
  "53300":
    "its server has no free connection; take the address of its pooler (transaction mode), or allow more connections",
  "57P03": "its server is starting; try again in a minute",
  "42P07":
    "it has tables of these names that are not this project's, or came without hook_migrations; take an empty database, or a schema of its own",
  "42P01": NOT_MIGRATED,
  "42883": NOT_MIGRATED,
  "42703": NOT_MIGRATED,
};

/** @returns undefined for a code with which nothing can be mended */
export function explainCode(code: string): string | undefined {
  return EXPLANATIONS[code];
}
