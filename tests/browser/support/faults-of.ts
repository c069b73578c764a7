/** What is wrong with how a page looks, as far as axe and a ruler can tell. */
import axe from "axe-core";
import type { Page } from "playwright-core";

const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** What colours and a small screen can change. */
const LOOK_RULES = ["color-contrast", "link-in-text-block", "target-size"];

/** On a laptop all rules hold; on a phone in dark colours those of its look; a large screen is measured alone. */
const looks = [
  { width: 1280, height: 800, colorScheme: "light", runOnly: { type: "tag", values: TAGS } },
  { width: 360, height: 740, colorScheme: "dark", runOnly: { type: "rule", values: LOOK_RULES } },
  { width: 1920, height: 1080, colorScheme: null },
] as const;

/** The page is left as it was found: on a laptop, in light colours. */
export async function faultsOf(page: Page, state: string): Promise<string[]> {
  const faults: string[] = [];
  for (const { width, height, ...look } of looks) {
    await page.setViewportSize({ width, height });
    // What is half under the bar on top is not too small to be pressed.
    await page.evaluate("scrollTo(0, 0)");
    const where = `${state}, ${width} wide`;
    if (look.colorScheme !== null) {
      await page.emulateMedia({ colorScheme: look.colorScheme });
      for (const { id, html } of await violationsOf(page, look.runOnly)) {
        faults.push(`${where}, ${look.colorScheme}: ${id}: ${html}`);
      }
    }
    const spilled: unknown = await page.evaluate(`(${findSpilled})()`);
    for (const what of Array.isArray(spilled) ? spilled : []) faults.push(`${where}: ${what}`);
  }
  const [laptop] = looks;
  await page.setViewportSize(laptop);
  await page.emulateMedia({ colorScheme: laptop.colorScheme });
  return faults;
}

/** What breaks one of the rules, and the elements that do. */
async function violationsOf(
  page: Page,
  runOnly: axe.RunOnly,
): Promise<readonly { readonly id: string; readonly html: string }[]> {
  // Loading it takes as long as running it, and it stays while the page is led from state to state.
  if (!(await page.evaluate<boolean>("'axe' in globalThis"))) await page.evaluate(axe.source);
  // No rule of ours needs the stylesheets that axe could load.
  const options: axe.RunOptions = { runOnly, resultTypes: ["violations"], preload: false, iframes: false };
  return await page.evaluate(`axe.run(document, ${JSON.stringify(options)}).then(({ violations }) =>
    violations.map(({ id, nodes }) => ({ id, html: nodes.map(({ html }) => html).join("\\n") })))`);
}

/** Runs in the page: what is wider than its box, and shows it. */
const findSpilled = `() => {
  const found = [];
  const { scrollWidth, clientWidth } = document.documentElement;
  if (scrollWidth > clientWidth) found.push(scrollWidth - clientWidth + " pixels wider than the window");
  for (const element of document.querySelectorAll("#page *")) {
    if (element.matches(".sr-only, .sr-only *, .chart *, .picker, input, select, option")) continue;
    if (getComputedStyle(element).overflowX !== "visible" || element.clientWidth === 0) continue;
    if (element.scrollWidth > element.clientWidth + 1)
      found.push("spills out by " + (element.scrollWidth - element.clientWidth) + ": " + element.outerHTML.slice(0, 200));
  }
  return found;
}`;
