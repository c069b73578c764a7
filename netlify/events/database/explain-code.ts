/** What is wrong with a Postgres of one's own, by the code of what failed, and the fix. Neither names its address. */

/** One thing that is wrong. */
export interface Explanation {
  /** Completes "DATABASE_URL: …". */
  readonly problem: string;
  readonly fix: string;
}

/** The code of a server that does not speak TLS: the driver has none for it. */
export const NO_TLS = "NO_TLS";

const UNREACHABLE: Explanation = {
  problem: "its server does not answer",
  fix: "check host and port; Netlify calls from changing addresses of the internet, so the server must let any of them in",
};
const UNKNOWN_HOST: Explanation = { problem: "its host is unknown", fix: "check the host's name" };
const WRONG_PASSWORD: Explanation = {
  problem: "its server refuses the user or the password",
  fix: "check both; in an address, write @ : / ? # and % as %40 %3A %2F %3F %23 and %25",
};
const UNKNOWN_ISSUER: Explanation = {
  problem: "its server's certificate is of an issuer that is not known here",
  fix: "set DATABASE_CA to the text of the CA's certificate, which the provider offers",
};
const FULL_CONNECTIONS: Explanation = {
  problem: "its server has no free connection",
  fix: "take the address of its pooler (transaction mode), or allow more connections",
};
const READ_ONLY: Explanation = {
  problem: "it is read-only",
  fix: "take the address of the primary, not of a replica; a provider also does this when the disk is full",
};
const NOT_MIGRATED: Explanation = {
  problem: "it lacks tables of this version",
  fix: "npm run hook -- database migrate, with --database where it is DATABASE_URL",
};

const EXPLANATIONS: Readonly<Record<string, Explanation>> = {
  ENOTFOUND: UNKNOWN_HOST,
  EAI_AGAIN: UNKNOWN_HOST,
  ECONNREFUSED: UNREACHABLE,
  ECONNRESET: UNREACHABLE,
  EHOSTUNREACH: UNREACHABLE,
  ENETUNREACH: UNREACHABLE,
  ETIMEDOUT: UNREACHABLE,
  TIMEOUT: {
    problem: "its server did not answer in time",
    fix: `${UNREACHABLE.fix}, and have time for them`,
  },
  "28000": WRONG_PASSWORD,
  "28P01": WRONG_PASSWORD,
  "3D000": { problem: "its server has no such database", fix: "check the name after the last /" },
  CERT_HAS_EXPIRED: {
    problem: "its server's certificate has expired",
    fix: "renew the certificate, or where DATABASE_CA is set, that one",
  },
  ERR_TLS_CERT_ALTNAME_INVALID: {
    problem: "its server's certificate is for another host",
    fix: "take the host that the certificate names; sslmode=verify-ca does without",
  },
  DEPTH_ZERO_SELF_SIGNED_CERT: UNKNOWN_ISSUER,
  SELF_SIGNED_CERT_IN_CHAIN: UNKNOWN_ISSUER,
  UNABLE_TO_GET_ISSUER_CERT: UNKNOWN_ISSUER,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNKNOWN_ISSUER,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNKNOWN_ISSUER,
  [NO_TLS]: {
    problem: "its server does not speak TLS",
    fix: "switch TLS on there; sslmode=disable is for a network that nobody else is in",
  },
  "42501": {
    problem: "its user may not create tables, or not use them",
    fix: "give the user a schema: create schema hooks authorization <user>; alter role <user> set search_path = hooks",
  },
  "3F000": {
    problem: "its user has no schema to create tables in",
    fix: "give the user a schema: create schema hooks authorization <user>; alter role <user> set search_path = hooks",
  },
  "25006": READ_ONLY,
  "53100": { problem: "its disk is full", fix: "give it more, or lower RETENTION_DAYS" },
  "53300": FULL_CONNECTIONS,
  "57P03": { problem: "its server is starting", fix: "try again in a minute" },
  "42P07": {
    problem: "it has tables of these names that are not this project's, or came without hook_migrations",
    fix: "take an empty database, or a schema of its own",
  },
  "42P01": NOT_MIGRATED,
  "42883": NOT_MIGRATED,
  "42703": NOT_MIGRATED,
};

/** @returns undefined for a code with which nothing can be mended */
export function explainCode(code: string): Explanation | undefined {
  return EXPLANATIONS[code];
}
