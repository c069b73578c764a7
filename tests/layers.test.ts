/**
 * The order of the code: each layer knows only those above it in this list. An import that points the other way is named here, whether it
 * is static, dynamic or of types alone.
 */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import ts from "typescript";
import { expect, it } from "vitest";

interface Layer {
  /** A folder or a file of `netlify/`. A file belongs to the longest path that it lies under. */
  readonly path: string;
  /** Of the layers above, it knows only these; all of them, unless told. */
  readonly knows?: readonly string[];
  /** Of these it knows types only. */
  readonly knowsTypesOf?: readonly string[];
}

/** From the bottom: what needs nothing, up to what is deployed. */
const layers: readonly Layer[] = [
  { path: "base" },
  { path: "settings" },
  { path: "blob-cache", knows: [] },
  { path: "catalogue" },
  { path: "samples" },
  // Okta's management API knows nothing of the store, and of who uses it.
  { path: "okta", knows: ["base", "settings", "catalogue"] },
  // The protocol knows no store, no handler and no status of the work.
  { path: "hook", knows: ["base", "settings"] },
  { path: "handler-kit", knows: ["base", "settings", "catalogue", "samples", "hook"] },
  // The owner's handlers know the kit, which has types alone of everything else.
  { path: "handlers", knows: ["handler-kit"] },
  // The store: the handlers are handed in.
  { path: "events/database", knows: ["base", "settings"] },
  { path: "events/record", knows: ["base", "hook", "events/database"] },
  { path: "events/ledger", knows: ["events/database"] },
  { path: "events/queries", knows: ["hook", "events/database", "events/record"] },
  { path: "events/forget/phrases.ts", knows: [] },
  { path: "events/work", knows: ["base", "settings", "hook", "handler-kit", "events"] },
  { path: "events/forget", knows: ["base", "events"] },
  { path: "events/work/sweep.ts" },
  // It says what happened, and does nothing.
  { path: "report", knows: ["base", "settings", "hook", "events/work"], knowsTypesOf: ["events/record"] },
  // Okta's side and the store together. What happened is handed on as a value.
  { path: "catch-up", knows: ["base", "settings", "blob-cache", "okta", "hook", "handler-kit", "events"] },
  { path: "alerts", knows: ["base", "settings", "blob-cache", "okta", "handler-kit", "events", "catch-up"] },
  { path: "invocation" },
  { path: "endpoint", knows: ["base", "settings", "blob-cache", "hook", "events", "report", "invocation"] },
  { path: "sweep" },
  { path: "api/schema", knows: ["hook", "handler-kit"] },
  // It asks by `fetch` alone, so that the page can have it.
  { path: "api/client", knows: [], knowsTypesOf: ["api/schema"] },
  { path: "api/server" },
  // The page knows the HTTP API, not the store.
  { path: "inspector", knows: ["base", "hook", "api/client"], knowsTypesOf: ["api/schema"] },
  { path: "database", knows: ["settings", "events/database"] },
  { path: "dev", knows: ["base", "settings", "catalogue", "okta", "hook", "handler-kit"] },
  { path: "build", knows: ["settings", "events/database", "handler-kit", "handlers", "database"] },
  { path: "plugins", knows: ["base", "database", "dev", "build"] },
  // The commands know the HTTP API and Okta's side, not the store.
  {
    path: "cli",
    knows: [
      "base",
      "settings",
      "catalogue",
      "samples",
      "okta",
      "hook",
      "handler-kit",
      "handlers",
      "events/database",
      "events/forget/person.ts",
      "report",
      "alerts/post-message.ts",
      "api/schema",
      "api/client",
      "database",
      "dev",
    ],
  },
  { path: "functions", knows: ["endpoint", "sweep", "api/server"] },
];

const root = join(import.meta.dirname, "../netlify");
const isUnder = (path: string, folder: string) => path === folder || path.startsWith(`${folder}/`);

it("has a layer for each file", () => {
  const homeless = sourceFiles().filter((file) => rankOf(file) < 0);
  expect(homeless, "files that lie under no layer of the list").toEqual([]);
});

it("has no layer that is empty", () => {
  const files = sourceFiles();
  const empty = layers.filter((_, rank) => !files.some((file) => rankOf(file) === rank));
  expect(empty.map(({ path }) => path)).toEqual([]);
});

it("has imports that point one way", () => {
  const wrong = sourceFiles().flatMap((file) =>
    importsOf(file).flatMap((found) => {
      const why = objectionTo(file, found);
      return why === undefined ? [] : [`${file} imports ${found.file}: ${why}`];
    }),
  );
  expect(wrong).toEqual([]);
});

it("sees dynamic imports, imports of types, and the kit by its short name", () => {
  expect(importsOf("handler-kit/import-examples.ts", EXAMPLES)).toEqual([
    { file: "events/database/database.ts", typesOnly: true },
    { file: "hook/keys.ts", typesOnly: true },
    { file: "hook/read-body.ts", typesOnly: false },
    { file: "handler-kit/index.ts", typesOnly: false },
    { file: "events/work/work.ts", typesOnly: false },
  ]);
  expect(objectionTo("handler-kit/a.ts", { file: "events/work/work.ts", typesOnly: true })).toBe(
    "handler-kit lies below events/work",
  );
  expect(objectionTo("inspector/a.tsx", { file: "api/schema/find.ts", typesOnly: false })).toBe(
    "inspector knows types only of api/schema",
  );
  expect(objectionTo("cli/a.ts", { file: "events/record/record-delivery.ts", typesOnly: false })).toBe(
    "cli is not to know events/record",
  );
});

const EXAMPLES = `
  import type { Database } from "../events/database/database.ts";
  import { type Key } from "../hook/keys.ts";
  export { readBody } from "../hook/read-body.ts";
  import { defineHandler } from "#handler-kit";
  import { z } from "zod/mini";
  const load = () => import("../events/work/work.ts");
  const text = 'import { x } from "../events/work/work.ts"';
`;

interface Import {
  readonly file: string;
  readonly typesOnly: boolean;
}

function sourceFiles(): string[] {
  return readdirSync(root, { recursive: true, encoding: "utf8" })
    .map((file) => file.replaceAll("\\", "/"))
    .filter((file) => /\.(?:[mc]?[jt]s|tsx)$/.test(file));
}

/** The place in the list; -1: none. */
function rankOf(file: string): number {
  return layers.reduce(
    (best, { path }, rank) =>
      isUnder(file, path) && path.length > (layers[best]?.path.length ?? -1) ? rank : best,
    -1,
  );
}

function objectionTo(file: string, { file: imported, typesOnly }: Import): string | undefined {
  const [from, to] = [rankOf(file), rankOf(imported)];
  const [layer, other] = [layers[from], layers[to]];
  if (layer === undefined || other === undefined || from === to) return undefined;
  if (to > from) return `${layer.path} lies below ${other.path}`;
  if (layer.knows === undefined || layer.knows.some((path) => isUnder(imported, path))) return undefined;
  const knowsTypes = layer.knowsTypesOf?.some((path) => isUnder(imported, path)) ?? false;
  if (!knowsTypes) return `${layer.path} is not to know ${other.path}`;
  return typesOnly ? undefined : `${layer.path} knows types only of ${other.path}`;
}

/** The project's own files that a file imports, in the order in which they stand there. */
function importsOf(file: string, text = readFileSync(join(root, file), "utf8")): Import[] {
  const found: Import[] = [];
  const add = (specifier: ts.Node | undefined, typesOnly: boolean) => {
    if (specifier === undefined || !ts.isStringLiteralLike(specifier)) return;
    const target = targetOf(file, specifier.text);
    if (target !== undefined) found.push({ file: target, typesOnly });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) add(node.moduleSpecifier, isTypeImport(node.importClause));
    else if (ts.isExportDeclaration(node)) add(node.moduleSpecifier, node.isTypeOnly);
    else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument))
      add(node.argument.literal, true);
    else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword)
      add(node.arguments[0], false);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(file, text, ts.ScriptTarget.Latest));
  return found;
}

function isTypeImport(clause: ts.ImportClause | undefined): boolean {
  if (clause === undefined) return false;
  if (clause.phaseModifier === ts.SyntaxKind.TypeKeyword) return true;
  const { name, namedBindings } = clause;
  if (name !== undefined || namedBindings === undefined || !ts.isNamedImports(namedBindings)) return false;
  return namedBindings.elements.every(({ isTypeOnly }) => isTypeOnly);
}

/** Undefined: a package, or a file outside `netlify/`. */
function targetOf(file: string, specifier: string): string | undefined {
  if (specifier.startsWith("#handler-kit"))
    return `handler-kit/${specifier === "#handler-kit" ? "index" : specifier.slice("#handler-kit/".length)}.ts`;
  if (!specifier.startsWith(".")) return undefined;
  const path = relative(root, resolve(root, dirname(file), specifier)).replaceAll("\\", "/");
  return path.startsWith("..") ? undefined : path;
}
