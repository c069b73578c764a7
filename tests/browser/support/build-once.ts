/** Builds the page before the first browser test. */
import { buildPage } from "../../../netlify/build/build-page.ts";

export default async function buildOnce(): Promise<void> {
  await buildPage();
}
