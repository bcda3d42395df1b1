// Finds the program `ctxload`, and tries it before anything is started with it.

import { execFile } from "node:child_process";
import * as os from "node:os";
import * as path from "node:path";

/** How long the program may take to start, in milliseconds: a cold Python on a busy machine takes seconds. */
const PATIENCE = 60_000;
/** How much a program may print, in bytes. */
const OUTPUT = 50_000_000;
export const MISSING_EXTRA = /needs an extra that (?:is not|isn't) installed/;

export interface Ready {
  kind: "ready";
  command: string;
}

/** Why the language server can't be started: `missing` program, missing `extra`, `old` program, or `failed`. */
export interface Problem {
  kind: "missing" | "extra" | "old" | "failed";
  command: string;
  message: string;
}

export interface Output {
  status: number | string;
  stdout: string;
  stderr: string;
}

/** Where the program may be, best first: as set, else in the folder's environments, on the path, in the user's own. */
export function candidates(set: string, folders: string[], platform = process.platform, home = os.homedir()): string[] {
  const { join } = platform === "win32" ? path.win32 : path.posix;
  if (set.trim() !== "") {
    return [withHome(set.trim(), home, join)];
  }
  const [bin, name] = platform === "win32" ? ["Scripts", "ctxload.exe"] : ["bin", "ctxload"];
  const inFolders = folders.flatMap((folder) => [".venv", "venv"].map((venv) => join(folder, venv, bin, name)));
  return [...inFolders, "ctxload", join(home, ".local", "bin", name)];
}

function withHome(command: string, home: string, join: (...parts: string[]) => string): string {
  return /^~[\\/]/.test(command) ? join(home, command.slice(2)) : command;
}

/** Runs a program to its end with nothing on stdin. Its status is a text, as in `ENOENT`, where it can't be started. */
export function run(command: string, words: string[], cwd: string | undefined): Promise<Output> {
  return new Promise((resolve) => {
    const options = { cwd, timeout: PATIENCE, maxBuffer: OUTPUT, windowsHide: true };
    const child = execFile(command, words, options, (error, stdout, stderr) => {
      resolve({ status: error === null ? 0 : (error.code ?? error.signal ?? "failed"), stdout, stderr });
    });
    child.stdin?.on("error", () => undefined); // it ended before it read
    child.stdin?.end();
  });
}

/** The first program that can serve, or what is the matter. `--lsp` ends at once when its stdin does. */
export async function probe(commands: string[], cwd: string | undefined, runs = run): Promise<Ready | Problem> {
  for (const command of commands) {
    const output = await runs(command, ["serve", "--lsp"], cwd);
    if (output.status === 0) {
      return { kind: "ready", command };
    }
    if (!isAbsent(output.status)) {
      return problem(command, output);
    }
  }
  const message = commands.length === 1 ? `there is no program ${commands[0]}` : "the program ctxload isn't installed";
  return { kind: "missing", command: commands[0] ?? "ctxload", message };
}

function isAbsent(status: number | string): boolean {
  return status === "ENOENT" || status === "ENOTDIR" || status === "EACCES";
}

/** What is the matter with a program that is there and ended with an error. */
export function problem(command: string, output: Output): Problem {
  const said = output.stderr.trim().split(/\r?\n/);
  const last = said[said.length - 1] ?? "";
  if (MISSING_EXTRA.test(output.stderr)) {
    return { kind: "extra", command, message: "ctxload is there, but not its language server: the extra `lsp` is missing" };
  }
  if (/no such option|no such command/i.test(output.stderr)) {
    return { kind: "old", command, message: "ctxload is too old: it has no language server" };
  }
  return { kind: "failed", command, message: `${command} ended with ${output.status}${last ? `: ${last}` : ""}` };
}

/** The line for a terminal that installs the program with its extras, beside the program that is there. */
export function installLine(problem: Problem, platform = process.platform): string {
  const { dirname, join, isAbsolute } = platform === "win32" ? path.win32 : path.posix;
  const wanted = '"ctxload[lsp,mcp]"';
  const isOwn = problem.kind !== "missing" && isAbsolute(problem.command);
  if (isOwn) {
    const python = join(dirname(problem.command), platform === "win32" ? "python.exe" : "python");
    const call = platform === "win32" && python.includes(" ") ? "& " : "";
    return `${call}${python.includes(" ") ? `"${python}"` : python} -m pip install ${wanted}`;
  }
  return `${platform === "win32" ? "py" : "python3"} -m pip install ${wanted}`;
}
