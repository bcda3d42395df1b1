// What the language server answers, as far as the extension reads it.

export interface Reason {
  layer: string;
  kind: string;
  by?: string;
  entry?: string;
  words?: string[];
  /** Start and end in the task, counted in code points. */
  spans?: [number, number][];
}

export interface SelectedFile {
  path: string;
  layer: string;
  size: number;
  tokens?: number;
  title?: string;
  reasons: Reason[];
}

export interface Finding {
  code: string;
  severity: "error" | "warning" | "note";
  message: string;
  hint?: string;
}

export interface LeftOut {
  path: string;
  why: string;
}

export interface Explained {
  task: string;
  layer: string;
  files: SelectedFile[];
  left_out: LeftOut[];
  not_selected: { entry: string; message: string }[];
  diagnostics: Finding[];
  text: string;
}

export interface Loaded {
  text: string;
  tokens: number;
  parts: { path: string; form: string; tokens: number }[];
  left_out?: LeftOut[];
}

export interface Status {
  root: string;
  index: string;
  serves: boolean;
  entries: number;
  tests: number;
  errors: number;
  warnings: number;
  notes: number;
}

export interface Added {
  applied: boolean;
  uri: string;
  line: number;
}

/** What `ctxload test --format json` prints. */
export interface TestReport {
  index: string;
  modes: { match: string; cases: Case[] }[];
}

export interface Case {
  task: string;
  agent: string | null;
  passed: boolean;
  expect: string[];
  came: string[];
  path?: string;
  line?: number;
  column?: number;
  missing?: Named[];
  unwanted?: Named[];
  extra?: Named[];
  problem?: string;
}

interface Named {
  name: string;
  why: string;
}
