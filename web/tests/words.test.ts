import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { STATES, WALL_HEADS } from "../src/features/wall/wall";

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

it.each(["en", "zh-CN", "ja", "ko"])("%s is complete", (language) => {
  expect(entries(read(language)).filter(([, text]) => text.trim() === "")).toEqual([]);
});

it.each(["ja", "ko"])("%s is left English only where Chinese is too", (language) => {
  const [english, chinese] = [new Map(entries(read("en"))), new Map(entries(read("zh-CN")))];
  const left = entries(read(language)).filter(
    ([key, text]) => text === english.get(key) && chinese.get(key) !== text,
  );
  expect(left).toEqual([]);
});

it.each(["ja", "ko"])("%s has a word of its own wherever it is written", (language) => {
  const own = { ja: /[\u3040-\u30ff\u4e00-\u9fff]/, ko: /[\uac00-\ud7af]/ }[language] as RegExp;
  const chinese = new Map(entries(read("zh-CN")));
  const foreign = entries(read(language)).filter(
    ([key, text]) => !own.test(text) && /[\u4e00-\u9fff]/.test(chinese.get(key) ?? ""),
  );
  expect(foreign).toEqual([]);
});

it.each(["zh-CN", "ja", "ko"])("%s fills the same slots as English", (language) => {
  const english = new Map(entries(read("en")));
  for (const [key, text] of entries(read(language)))
    expect([key, slots(text)]).toEqual([key, slots(english.get(key) ?? "")]);
});

it.each(["en", "zh-CN", "ja", "ko"])("%s heads no two columns of a board alike", (language) => {
  const words = new Map(entries(read(language)));
  const boards = [
    [...WALL_HEADS.map((head) => `wall.${head}`), ...STATES.map((state) => `state.${state}`)],
    ["queue", "waiting", "longest", "ready"].map((head) => `queues.${head}`),
  ];
  for (const board of boards) {
    const heads = board.map((key) => words.get(key));
    expect(heads).not.toContain(undefined);
    expect(heads).toEqual([...new Set(heads)]);
  }
});
