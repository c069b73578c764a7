import { Pool } from "pg";
import * as z from "zod";
import { defineSync } from "#handler-kit";

let pool: Pool | undefined;
const upsert = `insert into people (okta_id, login, status, version) values ($1, $2, $3, $4)
  on conflict (okta_id) do update set login = excluded.login, status = excluded.status, version = excluded.version
  where people.version < excluded.version`; // never older over newer

export default defineSync({
  name: "people",
  of: "user", // or "group"
  settings: z.object({ APP_DATABASE_URL: z.url() }),
  async apply(user, { id, version, settings }) {
    pool ??= new Pool({ connectionString: settings.APP_DATABASE_URL }).on("error", () => {}); // it reconnects
    await pool.query(upsert, [id, user?.profile.login, user?.status ?? "DELETED", version]);
  },
});
