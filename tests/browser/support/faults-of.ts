/** What is wrong with how a page looks, as far as axe and a ruler can tell. */
import AxeBuilder from "@axe-core/playwright";
import type { Page } from "playwright-core";

const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** What colours and a small screen can change. */
const LOOK_RULES = ["color-contrast", "link-in-text-block", "target-size"];

/** On a laptop all rules hold; on a phone in dark colours those of its look; a large screen is measured alone. */
const looks = [
  { width: 1280, height: 800, colorScheme: "light", select: (axe: AxeBuilder) => axe.withTags(RULES) },
  { width: 360, height: 740, colorScheme: "dark", select: (axe: AxeBuilder) => axe.withRules(LOOK_RULES) },
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
      // There are no frames: in this mode it opens no further page for each look.
      const axe = new AxeBuilder({ page }).setLegacyMode().options({ resultTypes: ["violations"] });
      const { violations } = await look.select(axe).analyze();
      for (const { id, nodes } of violations) {
        faults.push(`${where}, ${look.colorScheme}: ${id}: ${nodes.map(({ html }) => html).join("\n")}`);
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
