/** The databases of the functions that a test calls: to look at what they left, as under `netlify dev`, and to close them. */
import { openInstanceDatabase } from "../../netlify/events/database/open-instance-database.ts";

const open = (context: string) =>
  openInstanceDatabase({ deploy: { context }, environment: (name) => process.env[name] });

export const instanceDatabase = {
  query: async <Row>(...statement: Parameters<ReturnType<typeof open>["query"]>) =>
    await open("dev").query<Row>(...statement),
  async close() {
    for (const context of ["dev", "production", "deploy-preview", "branch-deploy"])
      await open(context).close();
  },
};
