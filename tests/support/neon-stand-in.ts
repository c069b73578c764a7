/**
 * A stand-in for Neon's HTTP endpoint, in front of a real Postgres: what the driver of a deployed function talks to. One
 * call is one statement; values go and come as text.
 * What is sent and answered: https://github.com/neondatabase/serverless (`src/httpQuery.ts`).
 */
import pg from "pg";
import * as z from "zod";

const call = z.object({ query: z.string(), params: z.array(z.string().nullable()) });

/** Stands in for `fetch`; `calls` are the statements that came. */
export interface NeonStandIn {
  readonly fetch: typeof globalThis.fetch;
  readonly calls: string[];
}

/** Puts a stand-in before the database at `url`. */
export function neonStandIn(url: string): NeonStandIn {
  const calls: string[] = [];
  return {
    calls,
    async fetch(_address, init) {
      const { query, params } = call.parse(JSON.parse(String(init?.body)));
      calls.push(query);
      const client = new pg.Client({ connectionString: url });
      await client.connect();
      try {
        const asText = { getTypeParser: () => String };
        const result = await client.query({ text: query, values: params, rowMode: "array", types: asText });
        return Response.json({
          command: result.command,
          rowCount: result.rowCount,
          rowAsArray: true,
          fields: result.fields.map(({ name, dataTypeID }) => ({ name, dataTypeID })),
          rows: result.rows,
        });
      } catch (error) {
        const { message, code } = Object(error) as { message: string; code?: string };
        return Response.json({ message: `${message}, with ${params.join()}`, code }, { status: 400 });
      } finally {
        await client.end();
      }
    },
  };
}
