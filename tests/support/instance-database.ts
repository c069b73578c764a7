/** The database of the functions that a test calls, as under `netlify dev`: for what the test itself looks at, and to close it. */
import { openInstanceDatabase } from "../../netlify/events/database/open-instance-database.ts";

const open = () =>
  openInstanceDatabase({ deploy: { context: "dev" }, environment: (name) => process.env[name] });

export const instanceDatabase = {
  query: async <Row>(...statement: Parameters<ReturnType<typeof open>["query"]>) =>
    await open().query<Row>(...statement),
  close: () => open().close(),
};
