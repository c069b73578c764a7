/** Has the site do what Netlify's schedule has it do every five minutes when deployed: under `netlify dev` nobody else does. */

const TIMEOUT_MS = 60_000;

/**
 * Never throws: a site that is not up just now, or ends meanwhile, has it done at the next chance.
 * @param site its address; undefined: it is not up yet
 */
export async function callSweep(site: string | undefined): Promise<void> {
  if (site === undefined) return;
  try {
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const response = await fetch(`${site}/.netlify/functions/sweep`, { method: "POST", signal });
    await response.text();
  } catch {
    // `netlify dev` starts again, say: whoever calls looks again after that.
  }
}
