import { expect, it } from "vitest";
import { quoted, tagOf, tagText } from "./abilities";

it("a tag is read as it is written", () => {
  expect(tagOf("product=router")).toEqual([["product", "router"]]);
  expect(tagOf(" 产品 = 家用路由器 ")).toEqual([["产品", "家用路由器"]]);
  expect(tagText(["product", "router"])).toBe("product=router");
});

it.each(["product", "=router", "product=", "two words=x", 'a="b"', "lang=en", "Tier=2"])(
  "%s is no tag",
  (text) => {
    expect(tagOf(text)).toBeNull();
  },
);

it("a value with blanks stands in quotation marks", () => {
  expect(quoted("router")).toBe("router");
  expect(quoted("gas fitter")).toBe('"gas fitter"');
});
