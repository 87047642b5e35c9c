import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { expect, it } from "vitest";

const SRC = fileURLToPath(new URL("../src", import.meta.url));
const files = readdirSync(SRC, { recursive: true, encoding: "utf8" })
  .filter((name) => /\.tsx?$/.test(name) && !name.includes(".gen."))
  .map((name) => join(SRC, name));

const SPOKEN_ATTRIBUTES = new Set([
  "title",
  "placeholder",
  "label",
  "aria-label",
  "alt",
  "okText",
  "extra",
]);
/** Names that are the same in every language, and examples of what to type. */
const LANGUAGE_FREE = new Set(["Trunkline", "中文", "English", "4001234567"]);
const HAS_WORDS = /\p{Letter}{2,}/u;

function hardCoded(file: string): string[] {
  const source = ts.createSourceFile(
    file,
    readFileSync(file, "utf8"),
    ts.ScriptTarget.Latest,
    true,
    ts.ScriptKind.TSX,
  );
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    const text = spoken(node);
    if (text && HAS_WORDS.test(text) && !LANGUAGE_FREE.has(text))
      found.push(`${relative(SRC, file)}: ${text}`);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** What a reader would see: text between tags, and attributes that are read out. */
function spoken(node: ts.Node): string | null {
  if (ts.isJsxText(node)) return insideKeyOrCode(node) ? null : node.text.trim();
  if (!ts.isJsxAttribute(node) || !SPOKEN_ATTRIBUTES.has(node.name.getText())) return null;
  return node.initializer && ts.isStringLiteral(node.initializer) ? node.initializer.text : null;
}

function insideKeyOrCode(node: ts.JsxText): boolean {
  const parent = node.parent;
  return (
    ts.isJsxElement(parent) && ["kbd", "code"].includes(parent.openingElement.tagName.getText())
  );
}

it("no page has words of its own: every string goes through i18n", () => {
  expect(files.filter((file) => file.endsWith(".tsx")).flatMap(hardCoded)).toEqual([]);
});

const imports = (file: string) =>
  [...readFileSync(file, "utf8").matchAll(/(?:from|import\()\s*"([^"]+)"/g)].map(
    ([, path]) => path ?? "",
  );

it("features never import each other", () => {
  const strangers = files.flatMap((file) => {
    const own = /features\/([^/]+)\//.exec(relative(SRC, file))?.[1];
    if (!own) return [];
    return imports(file).filter(
      (path) =>
        path.startsWith("@/features/") || path.startsWith("@/app/") || path.startsWith("../"),
    );
  });
  expect(strangers).toEqual([]);
});

it("lib and ui know nothing of features and app", () => {
  const inward = files.filter((file) => /^(lib|ui)\//.test(relative(SRC, file)));
  expect(inward.flatMap(imports).filter((path) => /^@\/(features|app)\//.test(path))).toEqual([]);
});
