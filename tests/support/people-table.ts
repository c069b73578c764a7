/**
 * A users table of an owner's, as the README's sync writes it. A write of a version that is no larger than the one before is a fault, and
 * so is a version that two held.
 */
import { defineSync, type SyncHandler } from "../../netlify/handler-kit/define-sync.ts";
import { withClient } from "./postgres.ts";

/** Runs a statement on the owner's database. */
export type OwnerSql = (text: string, values: readonly unknown[]) => Promise<unknown>;

/** A row of it. */
export interface PersonRow {
  readonly okta_id: string;
  readonly login: string | null;
  readonly status: string | null;
  readonly gone: boolean;
}

/** Makes the table in a database, empty. */
export async function createPeople(url: string): Promise<void> {
  await withClient(url, (client) =>
    client.query(`
      drop table if exists people, people_applied, people_faults;
      create table people (okta_id text primary key, login text, status text, gone boolean not null, version bigint not null);
      create table people_applied (okta_id text, version bigint);
      create table people_faults (okta_id text, old_version bigint, new_version bigint);
      create or replace function note_fault() returns trigger language plpgsql as $$
      begin
        if new.version <= old.version then
          insert into people_faults values (new.okta_id, old.version, new.version);
        end if;
        return new;
      end $$;
      create trigger note_fault before update on people for each row execute function note_fault();
    `),
  );
}

/** The sync of the README. @param before is called before each write */
export function syncPeople(sql: OwnerSql, before: (id: string) => unknown = () => {}): SyncHandler {
  return defineSync({
    name: "people",
    of: "user",
    also: ["group.user_membership.*"],
    async apply(user, { id, version }) {
      await before(id);
      const values = [id, user?.profile.login ?? null, user?.status ?? null, user === null, version];
      await sql(
        `with applied as (insert into people_applied values ($1, $5))
         insert into people (okta_id, login, status, gone, version) values ($1, $2, $3, $4, $5)
         on conflict (okta_id) do update set
           login = coalesce(excluded.login, people.login), status = excluded.status, gone = excluded.gone, version = excluded.version
         where people.version < excluded.version`,
        values,
      );
    },
  });
}

/** Every fault that a table has seen. */
export const PEOPLE_FAULTS = `select okta_id, new_version as version from people_faults
  union all select okta_id, version from people_applied group by 1, 2 having count(*) > 1`;
