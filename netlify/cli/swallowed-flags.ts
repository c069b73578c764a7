/**
 * `npm run hook preview --sample` keeps the flag for npm itself: it arrives as `npm_config_sample`, never as an argument.
 * Acting without it would do something else than was asked, so the command stops and shows the line that works.
 */

/** A flag of ours that npm may have kept. */
export interface KnownFlag {
  /** `--sample` or `--no-wait` */
  readonly long: string;
  /** `<address>` for a flag that takes a value. */
  readonly value: string | undefined;
}

/** How a value that npm left among the arguments is recognised. */
const LOOKS_LIKE: Readonly<Record<string, RegExp>> = {
  "<address>": /^https?:\/\//,
  "<file>": /[./]/,
  "<number>": /^\d+$/,
  "<name: value>": /:/,
  "<path>": /^\//,
  "<mode>": /^(?:interactive|compact|quiet)$/,
};

/**
 * The corrected line, or null where npm kept none of our flags.
 * @param script what was run, e.g. `npm run hook`.
 * @param args the arguments that did arrive.
 */
export function correctSwallowedFlags(
  script: string,
  args: readonly string[],
  flags: readonly KnownFlag[],
  environment: Readonly<Record<string, string | undefined>>,
): string | null {
  const left = [...args];
  const restored = flags.flatMap(({ long, value }) => {
    const kept = keptOf(long, environment);
    if (kept === undefined || args.some((arg) => arg === long || arg.startsWith(`${long}=`))) return [];
    if (value === undefined) return [long];
    // `--count=3` came whole; of `--url http://…` npm kept "true" and left the value among the arguments.
    return [long, quote(kept === "true" ? takeValue(left, value) : kept)];
  });
  return restored.length === 0 ? null : [script, "--", ...left.map(quote), ...restored].join(" ");
}

/** What npm kept of a flag; undefined: nothing. Of `--no-wait` it makes a `wait` that is empty. */
function keptOf(long: string, environment: Readonly<Record<string, string | undefined>>): string | undefined {
  const [, no, name = ""] = /^--(no-)?(.+)$/.exec(long) ?? [];
  const kept = environment[`npm_config_${name.replaceAll("-", "_")}`];
  if (no !== undefined) return kept === "" ? "true" : undefined;
  return kept === "" ? undefined : kept;
}

function takeValue(left: string[], value: string): string {
  const looks = LOOKS_LIKE[value];
  // Of a value that may be anything only this is known: the first argument is the command's name.
  const at = left.findLastIndex((arg, index) => looks?.test(arg) ?? index > 0);
  return at < 0 ? value : (left.splice(at, 1)[0] ?? value);
}

function quote(word: string): string {
  return /^(?:[\w./:@=-]+|<[\w: ]+>)$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
