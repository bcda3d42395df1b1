import assert from "node:assert/strict";
import { test } from "node:test";
import { Output, candidates, installLine, probe, problem, run } from "../../src/program";

const EXTRA = "ctxload: `serve --lsp` needs an extra that is not installed: `pip install 'ctxload[lsp]'` (no module `pygls`)\n";

const world = (outputs: Record<string, Partial<Output>>) => async (command: string): Promise<Output> => ({
  status: "ENOENT",
  stdout: "",
  stderr: "",
  ...outputs[command],
});

test("the program that is set is the only one tried, with ~ for the home", () => {
  assert.deepEqual(candidates(" ~/bin/ctxload ", ["/project"], "linux", "/home/a"), ["/home/a/bin/ctxload"]);
});

test("else the environments of the folder come before the path and the home", () => {
  assert.deepEqual(candidates("", ["/p"], "linux", "/home/a"), [
    "/p/.venv/bin/ctxload", "/p/venv/bin/ctxload", "ctxload", "/home/a/.local/bin/ctxload",
  ]);
  assert.equal(candidates("", ["c:\\p"], "win32", "c:\\a")[0], "c:\\p\\.venv\\Scripts\\ctxload.exe");
});

test("the first program that serves is used", async () => {
  const found = await probe(["a", "b", "c"], undefined, world({ b: { status: 0 }, c: { status: 0 } }));
  assert.deepEqual(found, { kind: "ready", command: "b" });
});

test("a program without its extra is named before another one is tried: the person meant this one", async () => {
  const found = await probe(["a", "b"], undefined, world({ a: { status: 2, stderr: EXTRA }, b: { status: 0 } }));
  assert.equal(found.kind, "extra");
});

test("where there is none, that is said", async () => {
  assert.equal((await probe(["a", "b"], undefined, world({}))).kind, "missing");
});

test("a program that is too old, or that fails, is told apart, with its last line", () => {
  assert.equal(problem("a", { status: 2, stdout: "", stderr: "ctxload: No such option: --lsp\n" }).kind, "old");
  const failed = problem("a", { status: 1, stdout: "", stderr: "Traceback\nImportError: no module yaml\n" });
  assert.deepEqual([failed.kind, failed.message], ["failed", "a ended with 1: ImportError: no module yaml"]);
});

test("the install line uses the Python beside the program that is there", () => {
  const extra = problem("/my project/.venv/bin/ctxload", { status: 2, stdout: "", stderr: EXTRA });
  assert.equal(installLine(extra, "linux"), '"/my project/.venv/bin/python" -m pip install "ctxload[lsp,mcp]"');
  assert.equal(installLine({ kind: "missing", command: "ctxload", message: "" }, "linux"), 'python3 -m pip install "ctxload[lsp,mcp]"');
  assert.equal(installLine({ kind: "missing", command: "ctxload", message: "" }, "win32"), 'py -m pip install "ctxload[lsp,mcp]"');
});

test("a real program is run with nothing on stdin, and its status, texts and absence are told", async () => {
  const script = 'process.stdin.on("data", () => {}).on("end", () => { console.error("err"); process.exit(3) })';
  assert.deepEqual(await run(process.execPath, ["-e", script], undefined), { status: 3, stdout: "", stderr: "err\n" });
  assert.equal((await run("/no/such/program", [], undefined)).status, "ENOENT");
});
