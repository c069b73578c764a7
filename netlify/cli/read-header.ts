import { InvalidArgumentError } from "commander";

/**
 * Reads a header as it is typed: `name: value`.
 * @throws {InvalidArgumentError} for what no header can be
 */
export function readHeader(text: string): { readonly name: string; readonly value: string } {
  const colon = text.indexOf(":");
  const header = { name: text.slice(0, Math.max(colon, 0)).trim(), value: text.slice(colon + 1).trim() };
  try {
    new Headers([[header.name, header.value]]);
  } catch {
    // `Headers` knows what a header may be; its words would not help here.
    throw new InvalidArgumentError('Give it as "name: value".');
  }
  return header;
}
