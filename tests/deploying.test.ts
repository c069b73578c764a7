import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, test } from "vitest";

const page = readFileSync(resolve(import.meta.dirname, "../netlify/deploying.md"), "utf8");

/** An input of the page's second table. */
function input(name: string): number {
  const row = new RegExp(`^\\| ${name} \\| ([\\d.]+) \\|`, "m").exec(page);
  if (!row) throw new Error(`The page has no input "${name}"`);
  return Number(row[1]);
}

function costOf(perDay: number) {
  const sleepS = input("sleep after the last statement, seconds");
  const awake = perDay === 0 ? sleepS / 86_400 : 1 - Math.exp((-perDay * sleepS) / 86_400);
  const databaseHours = 24 * awake;
  const functionS =
    perDay * input("function time of a delivery, seconds") +
    input("sweeps a day") * input("function time of the sweep, seconds");
  const functionHours = functionS / 3_600;
  const credits =
    30 *
    (databaseHours * input("database, credits an hour awake") +
      functionHours * input("memory of a function, GB") * input("function, credits a GB-hour") +
      ((perDay + input("sweeps a day")) * input("request, credits for 10,000")) / 10_000 +
      ((perDay * input("bytes answered")) / 1e9) * input("traffic, credits a GB"));
  return { databaseHours, functionHours, credits };
}

/** The plans and their credits a month (Netlify). */
const plans = [
  ["Free", 300],
  ["Personal", 1_000],
  ["Pro", 5_000],
] as const;

test("the page says what its formula makes of its inputs", () => {
  const rows = [0, 100, 10_000, 400_000].map((perDay) => {
    const { databaseHours, functionHours, credits } = costOf(perDay);
    const [plan, included] = plans.find(([, each]) => credits <= each) ?? [];
    const fits = plan ? `${plan} (${included?.toLocaleString("en")})` : "Pro, and credits bought";
    const hours = (value: number) => `${value < 0.05 ? value.toFixed(3) : value.toFixed(1)} h`;
    const cells = [
      perDay.toLocaleString("en"),
      hours(databaseHours),
      hours(functionHours),
      Math.round(credits).toLocaleString("en"),
      fits,
    ];
    return `| ${cells.join(" | ")} |`;
  });
  const table = page.slice(page.indexOf("| events a day |")).split("\n\n", 1)[0] ?? "";
  expect(table.split("\n").slice(2)).toEqual(rows);
});

test("steady traffic keeps the database awake for the credits that the page names", () => {
  const month = 30 * 24 * input("database, credits an hour awake");
  expect(page).toContain(`${month.toLocaleString("en")} credits a month`);
});

test("the page says what the sweep costs, its time and its requests", () => {
  const functionHours = (input("sweeps a day") * input("function time of the sweep, seconds")) / 3_600;
  const time = 30 * functionHours * input("memory of a function, GB") * input("function, credits a GB-hour");
  const requests = (30 * input("sweeps a day") * input("request, credits for 10,000")) / 10_000;
  expect(page.replaceAll("\n", " ")).toContain(
    `${Math.round(time + requests)} credits a month, ${time.toFixed(1)} for its time and ${requests.toFixed(1)} for its requests`,
  );
});
