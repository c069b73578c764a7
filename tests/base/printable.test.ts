import { describe, expect, it } from "vitest";
import { printableLine, printableText } from "../../netlify/base/printable.ts";

describe("text from outside is printed with", () => {
  it.each([
    ["escape sequences escaped", "a\u001b[31mred", "a\\u001b[31mred"],
    ["line breaks escaped", "a\r\nb\u2028c\u2029d\u0085e", "a\\u000d\\u000ab\\u2028c\\u2029d\\u0085e"],
    ["NUL, bell, backspace and DEL escaped", "\0\u0007\b\u007f", "\\u0000\\u0007\\u0008\\u007f"],
    ["C1 characters escaped", "\u009b2J\u009d", "\\u009b2J\\u009d"],
    [
      "direction characters escaped",
      "\u202egpj.\u202c\u2066x\u2069\u200f",
      "\\u202egpj.\\u202c\\u2066x\\u2069\\u200f",
    ],
    ["invisible characters escaped", "a\u200bb\ufeffc\u00add", "a\\u200bb\\ufeffc\\u00add"],
    ["invisible tags beyond U+FFFF escaped", "a\u{e0041}", "a\\udb40\\udc41"],
    ["half characters escaped", "a\ud800b\udc00", "a\\ud800b\\udc00"],
    ["names of every language as they are", "Zoë 張偉 می‌خواهم 👩‍👩‍👧", "Zoë 張偉 می‌خواهم 👩‍👩‍👧"],
  ])("%s", (_, text, printed) => {
    expect(printableLine(text)).toBe(printed);
  });

  it("its own line feeds and tabs, where it may have several lines", () => {
    expect(printableText("a\n\tb\r\u001b")).toBe("a\n\tb\\u000d\\u001b");
  });
});
