/**
 * Runs inside every `netlify dev`, before it serves: notes that it runs and locks its database, brings the database up to
 * date, writes the functions that it serves and builds the page. A deploy applies the migrations itself, and its build
 * command builds the page, so nothing happens there.
 *
 * Netlify loads a local plugin as plain JavaScript, also where it is never called: imports stay inside the hook.
 * https://docs.netlify.com/extend/develop-and-share/develop-build-plugins/
 */

/** What it throws ends `netlify dev`, so it says in one sentence what to do. */
export async function onPreDev({ netlifyConfig }) {
  const root = process.cwd();
  const { watchOver } = await load(() => import("./watch-over.ts"));
  watchOver(root, netlifyConfig.dev?.port);
  const { migrateOfDeploy } = await load(() => import("../../database/own-postgres.ts"));
  const own = await migrateOfDeploy({ context: "dev" }, (name) => process.env[name]);
  try {
    const { migrateDatabase } = await load(() => import("../../database/migrate-database.ts"));
    const applied = own?.applied ?? (await migrateDatabase(process.env.NETLIFY_DB_URL));
    if (applied.length > 0) console.log(`${own?.variable ?? "Database"}: applied ${applied.join(", ")}`);
  } catch (cause) {
    throw new Error(
      `The database's migrations failed (${cause?.message ?? cause}). To begin with an empty database: npm start -- --reset, which keeps this one aside.`,
      { cause },
    );
  }
  const { checkCode, frameProblem } = await load(() => import("../../dev/code-report.ts"));
  const checking = checkCode(root);
  const { writeDevFunctions } = await load(() => import("../../dev/write-dev-functions.ts"));
  await writeDevFunctions(root);
  try {
    const { buildPage } = await load(() => import("../../build/build-page.ts"));
    await buildPage();
  } catch (cause) {
    throw new Error(`The inspector's page could not be built: ${cause?.message ?? cause}`, { cause });
  }
  const { problems, remarks } = await checking;
  for (const problem of problems) console.error(frameProblem(problem, root, process.env.FORCE_COLOR === "1"));
  if (!process.env.NPM_START_PID) {
    console.log(
      "A retry that is due in more than 10 s waits for the next delivery: npm start sweeps, netlify dev does not.",
    );
  }
  for (const remark of remarks) console.warn(`! ${remark}`);
}

async function load(importModule) {
  try {
    return await importModule();
  } catch (cause) {
    if (cause?.code !== "ERR_UNKNOWN_FILE_EXTENSION") throw cause;
    throw new Error(
      `Node ${process.versions.node} does not run TypeScript: use \`npm run dev\`, which brings its own.`,
      { cause },
    );
  }
}
