import { readFileSync } from "node:fs";
import { expect, it } from "vitest";

type Tree = { [key: string]: string | Tree };

const read = (language: string): Tree =>
  JSON.parse(readFileSync(new URL(`../src/lib/i18n/${language}.json`, import.meta.url), "utf8"));

function entries(tree: Tree, path = ""): [string, string][] {
  return Object.entries(tree).flatMap(([key, value]) =>
    typeof value === "string"
      ? [[path + key, value] as [string, string]]
      : entries(value, `${path}${key}.`),
  );
}

const keys = (language: string) => entries(read(language)).map(([key]) => key);
const slots = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name).sort();

it.each(["zh-CN", "ja", "ko"])("%s has the keys of English, no more and no less", (language) => {
  expect(keys(language)).toEqual(keys("en"));
});

it.each(["en", "zh-CN"])("%s is complete", (language) => {
  expect(entries(read(language)).filter(([, text]) => text.trim() === "")).toEqual([]);
});

it.each(["zh-CN", "ja", "ko"])("%s fills the same slots as English", (language) => {
  const english = new Map(entries(read("en")));
  for (const [key, text] of entries(read(language)))
    if (text) expect([key, slots(text)]).toEqual([key, slots(english.get(key) ?? "")]);
});
