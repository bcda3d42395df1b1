// Answers as the extension shows them: pure functions, without the editor.

import { Case, Explained, LeftOut, Reason, SelectedFile } from "./answers";

export interface Segment {
  text: string;
  isMarked: boolean;
}

/** A task cut at the words that count. Spans are counted in code points, as Python counts; JavaScript counts otherwise. */
export function segments(task: string, spans: [number, number][]): Segment[] {
  const points = Array.from(task);
  const isMarked = new Array<boolean>(points.length).fill(false);
  for (const [start, end] of spans) {
    isMarked.fill(true, start, end);
  }
  const found: Segment[] = [];
  points.forEach((point, at) => {
    const last = found[found.length - 1];
    if (last !== undefined && last.isMarked === isMarked[at]) {
      last.text += point;
    } else {
      found.push({ text: point, isMarked: isMarked[at] ?? false });
    }
  });
  return found;
}

/** All spans of an answer. */
export function spansOf(files: SelectedFile[]): [number, number][] {
  return files.flatMap((file) => file.reasons.flatMap((reason) => reason.spans ?? []));
}

/** A reason in a few words: `keyword api`, `pattern …`, `default of backend-developer`. */
export function why(reason: Reason): string {
  const words = reason.words?.join(" ") ?? "";
  const by = reason.by ?? "";
  const as = words && words.toLowerCase() !== by.toLowerCase() ? ` as “${words}”` : "";
  return by ? `${reason.kind} ${by}${as}` : reason.kind;
}

/** The reasons of a file, each once. */
export function whys(file: SelectedFile): string[] {
  return [...new Set(file.reasons.map(why))];
}

/** About how large: in tokens where they are known, else in bytes. */
export function size(file: SelectedFile): string {
  if (file.tokens !== undefined) {
    return `about ${thousands(file.tokens)} tokens`;
  }
  return file.size < 1000 ? `${file.size} bytes` : `${(file.size / 1000).toFixed(1)} kB`;
}

export function thousands(count: number): string {
  return count < 1000 ? `${count}` : `${(count / 1000).toFixed(1)}k`;
}

export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

/** The line above the documents: how many, how large, and when they are only a fallback. */
export function summary(answer: Explained): string {
  if (answer.files.length === 0) {
    return "No document is called for.";
  }
  const tokens = answer.files.reduce((sum, file) => sum + (file.tokens ?? 0), 0);
  const fallback = answer.layer === "fallback" ? ", as a fallback: no word of the task calls for one" : "";
  return `${count(answer.files.length, "document")}, about ${thousands(tokens)} tokens${fallback}`;
}

/** What was named and is not given, and why. */
export function leftOut(left: LeftOut): string {
  return `left out: ${left.why.includes(left.path) ? left.why : `${left.path}: ${left.why}`}`;
}

/** The ids, or paths where there is no id, that a test of this task would expect. */
export function expectations(answer: Explained): string[] {
  const entries = answer.files.flatMap((file) => file.reasons.map((reason) => reason.entry || file.path));
  return [...new Set(entries)];
}

/** What came instead of what a test expects. */
export function failure(tested: Case): string {
  const lines = [
    ...(tested.problem ? [tested.problem] : []),
    ...(tested.missing ?? []).map((item) => `missing   ${item.name}: ${item.why}`),
    ...(tested.unwanted ?? []).map((item) => `unwanted  ${item.name}: ${item.why}`),
    ...(tested.extra ?? []).map((item) => `instead   ${item.name}: ${item.why}`),
  ];
  return lines.join("\n") || "failed";
}
