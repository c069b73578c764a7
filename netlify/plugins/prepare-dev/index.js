/**
 * Runs inside every `netlify dev`, before it serves: brings its database up to date and builds the page. A deploy applies
 * the migrations itself, and its build command builds the page, so nothing happens there.
 *
 * Netlify loads a local plugin as plain JavaScript, also where it is never called: imports stay inside the hook.
 * https://docs.netlify.com/extend/develop-and-share/develop-build-plugins/
 */

/** Applies the migrations, builds the page. What it throws ends `netlify dev`, so it says in one sentence what to do. */
export async function onPreDev() {
  const connectionString = process.env.NETLIFY_DB_URL;
  if (!connectionString) {
    throw new Error("Netlify Database did not start: run `npm install`, then start again.");
  }
  try {
    const { migrateDatabase } = await import("../../database/migrate-database.ts");
    const applied = await migrateDatabase(connectionString);
    if (applied.length > 0) console.log(`Database: applied ${applied.join(", ")}`);
  } catch (cause) {
    throw new Error(`The database's migrations failed (${explain(cause)}).`, { cause });
  }
  try {
    const { buildPage } = await import("../../build/build-page.ts");
    await buildPage();
  } catch (cause) {
    throw new Error(`The inspector's page could not be built: ${cause?.message ?? cause}`, { cause });
  }
}

/** What usually is behind a failure, and what helps. */
function explain(error) {
  if (error?.code === "ERR_UNKNOWN_FILE_EXTENSION") {
    return `Node ${process.versions.node} does not run TypeScript: use \`npm run dev\`, which brings its own`;
  }
  return `${error?.message ?? error}; to begin again with an empty database, delete .netlify/db`;
}
