import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, test } from "vitest";

const page = readFileSync(resolve(import.meta.dirname, "../netlify/deploying.md"), "utf8");
const flat = page.replaceAll(/\s+/g, " ");

/** An input of the formula's table. */
function input(name: string): number {
  const row = new RegExp(`^\\| ${name} \\| ([\\d.]+) \\|`, "m").exec(page);
  if (!row) throw new Error(`The page has no input "${name}"`);
  return Number(row[1]);
}

/** The hours of a day that a database is awake which sleeps after a while. */
function hoursAwake(perDay: number): number {
  const sleepS = input("sleep after the last statement, seconds");
  return 24 * (perDay === 0 ? sleepS / 86_400 : 1 - Math.exp((-perDay * sleepS) / 86_400));
}

/** Netlify's credits a month, without its database. */
function creditsOfFunctions(perDay: number): number {
  const functionS =
    perDay * input("function time of a delivery, seconds") +
    input("sweeps a day") * input("function time of the sweep, seconds");
  return (
    30 *
    ((functionS / 3_600) * input("memory of a function, GB") * input("function, credits a GB-hour") +
      ((perDay + input("sweeps a day")) * input("request, credits for 10,000")) / 10_000 +
      ((perDay * input("bytes answered")) / 1e9) * input("traffic, credits a GB"))
  );
}

const creditsOfDatabase = (perDay: number) =>
  30 * hoursAwake(perDay) * input("database, credits an hour awake");

/** Netlify's plans: credits and dollars a month, and the packs that come on top. */
const plans = [
  { name: "Free", credits: 300, dollars: 0, pack: undefined },
  { name: "Personal", credits: 1_000, dollars: 9, pack: { credits: 500, dollars: 5 } },
  { name: "Pro", credits: 3_000, dollars: 20, pack: { credits: 1_500, dollars: 10 } },
] as const;

function dollarsOf(credits: number): number {
  const prices = plans.map(({ credits: included, dollars, pack }) => {
    if (credits <= included) return dollars;
    return pack === undefined
      ? Infinity
      : dollars + Math.ceil((credits - included) / pack.credits) * pack.dollars;
  });
  return Math.min(...prices);
}

function dollarsOfNeon(perDay: number): number {
  const unitHours = 30 * hoursAwake(perDay) * input("Neon: compute units awake");
  const storedGb = (perDay * 30 * input("an event stored, kB")) / 1e6;
  const isFree = unitHours <= input("Neon: compute unit hours free") && storedGb <= input("Neon: GB free");
  return isFree
    ? 0
    : unitHours * input("Neon: dollars a compute unit hour") + storedGb * input("Neon: dollars a GB");
}

test("the page says what its formula makes of its inputs", () => {
  const rows = [20, 100, 1_000, 10_000, 400_000].map((perDay) => {
    const elsewhere = dollarsOf(creditsOfFunctions(perDay));
    const days = (input("Neon: GB free") * 1e6) / input("an event stored, kB") / perDay;
    const cells = [
      perDay.toLocaleString("en"),
      dollarsOf(creditsOfFunctions(perDay) + creditsOfDatabase(perDay)),
      Math.round(elsewhere + dollarsOfNeon(perDay)),
      elsewhere,
      days < 1 ? `${(24 * days).toFixed(1)} hours` : `${Math.round(days).toLocaleString("en")} days`,
    ];
    return `| ${cells.join(" | ")} |`;
  });
  const table = page.slice(page.indexOf("| events a day |")).split("\n\n", 1)[0] ?? "";
  expect(table.split("\n").slice(2)).toEqual(rows);
});

test("the page says what Netlify's plans have", () => {
  for (const { name, credits, dollars, pack } of plans) {
    expect(flat).toMatch(new RegExp(`${name} (has )?${credits.toLocaleString("en")} [^.]*\\(\\$${dollars}`));
    if (pack) expect(flat).toContain(`then ${pack.credits.toLocaleString("en")} for $${pack.dollars}`);
  }
});

test("steady traffic keeps the database awake for the credits that the page names", () => {
  const month = 30 * 24 * input("database, credits an hour awake");
  expect(page).toContain(`${month.toLocaleString("en")} credits a month`);
});

test("the page says what the sweep costs, its time and its requests", () => {
  const functionHours = (input("sweeps a day") * input("function time of the sweep, seconds")) / 3_600;
  const time = 30 * functionHours * input("memory of a function, GB") * input("function, credits a GB-hour");
  const requests = (30 * input("sweeps a day") * input("request, credits for 10,000")) / 10_000;
  expect(flat).toContain(
    `${Math.round(time + requests)} credits a month, ${time.toFixed(1)} for its time and ${requests.toFixed(1)} for its requests`,
  );
});
