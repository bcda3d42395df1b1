import assert from "node:assert/strict";
import { test } from "node:test";
import { Explained, SelectedFile } from "../../src/answers";
import { expectations, failure, leftOut, segments, size, summary, why, whys } from "../../src/wording";

const file = (more: Partial<SelectedFile> = {}): SelectedFile => ({
  path: "context/api.md",
  layer: "keyword",
  size: 1234,
  tokens: 300,
  reasons: [{ layer: "keyword", kind: "keyword", by: "api", entry: "api", words: ["API"], spans: [[0, 3]] }],
  ...more,
});

const answer = (files: SelectedFile[], layer = "keyword"): Explained => ({
  task: "",
  layer,
  files,
  left_out: [],
  not_selected: [],
  diagnostics: [],
  text: "",
});

const marked = (task: string, spans: [number, number][]): string =>
  segments(task, spans)
    .map((each) => (each.isMarked ? `[${each.text}]` : each.text))
    .join("");

test("the words that count are marked, overlapping spans once", () => {
  assert.equal(marked("An API for coupons", [[3, 6]]), "An [API] for coupons");
  assert.equal(marked("abcdef", [[1, 3], [2, 5], [1, 3]]), "a[bcde]f");
  assert.equal(marked("abc", []), "abc");
  assert.equal(marked("", []), "");
});

test("spans count code points, so an emoji before a word does not move its mark", () => {
  assert.equal(marked("😀 API 漢字 api", [[2, 5], [9, 12]]), "😀 [API] 漢字 [api]");
});

test("whatever the spans, the segments put together are the task, and neighbours differ", () => {
  const task = "Fix 😀 the 漢字\nlogin é";
  for (let start = -2; start < 20; start++) {
    for (let end = start; end < 22; end += 3) {
      const found = segments(task, [[Math.max(start, 0), end], [3, 4]]);
      assert.equal(found.map((each) => each.text).join(""), task);
      found.slice(1).forEach((each, at) => assert.notEqual(each.isMarked, found[at]?.isMarked));
    }
  }
});

test("a reason names the word as it stands in the task where it is another one", () => {
  assert.equal(why({ layer: "keyword", kind: "keyword", by: "api", words: ["API"] }), "keyword api");
  assert.equal(why({ layer: "keyword", kind: "keyword", by: "rest framework", words: ["REST-framework"] }), "keyword rest framework as “REST-framework”");
  assert.equal(why({ layer: "explicit", kind: "explicit" }), "explicit");
});

test("the same reason is shown once", () => {
  const [reason] = file().reasons;
  assert.deepEqual(whys(file({ reasons: [reason!, reason!] })), ["keyword api"]);
});

test("a size is in tokens where they are known, else in bytes", () => {
  assert.equal(size(file()), "about 300 tokens");
  assert.equal(size(file({ tokens: 3380 })), "about 3.4k tokens");
  assert.equal(size({ path: "a", layer: "keyword", size: 999, reasons: [] }), "999 bytes");
  assert.equal(size({ path: "a", layer: "keyword", size: 13688, reasons: [] }), "13.7 kB");
});

test("a fallback is called a fallback, and nothing is called nothing", () => {
  assert.equal(summary(answer([])), "No document is called for.");
  assert.equal(summary(answer([file()])), "1 document, about 300 tokens");
  assert.match(summary(answer([file(), file()], "fallback")), /^2 documents, about 600 tokens, as a fallback/);
});

test("a test expects each entry once, and the path where there is no id", () => {
  const bare = file({ path: "context/b.md", reasons: [{ layer: "fallback", kind: "default" }] });
  assert.deepEqual(expectations(answer([file(), file(), bare])), ["api", "context/b.md"]);
});

test("a failed case says what is missing and what came instead", () => {
  const tested = { task: "", agent: null, passed: false, expect: [], came: [], missing: [{ name: "api", why: "no keyword" }], extra: [{ name: "docker", why: "keyword docker" }] };
  assert.equal(failure(tested), "missing   api: no keyword\ninstead   docker: keyword docker");
});

test("what is left out is named once, with its reason", () => {
  assert.equal(leftOut({ path: "a.md", why: "a.md doesn't exist" }), "left out: a.md doesn't exist");
  assert.equal(leftOut({ path: "a.md", why: "is too large" }), "left out: a.md: is too large");
});
