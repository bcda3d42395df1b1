// Runs inside the extension host: asks the editor as an extension can, and writes what it found as JSON for `drive.mjs`.
// The names of the steps are sentences of what is observed.

const assert = require("node:assert/strict");
const fs = require("node:fs");
const path = require("node:path");
const vscode = require("vscode");

const RESULTS = process.env.CTXLOAD_HOST_RESULTS;
const PATIENCE = 60_000;
const TASK = "Smaller images for Docker, then an API";

/** Waits until a condition holds, looking again and again; the driver's own limit ends it otherwise. */
async function until(condition, what) {
  const end = Date.now() + PATIENCE;
  for (;;) {
    const found = await condition();
    if (found) {
      return found;
    }
    assert.ok(Date.now() < end, `never: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

const root = () => vscode.workspace.workspaceFolders[0].uri;
const at = (name) => vscode.Uri.joinPath(root(), name);
const index = () => vscode.workspace.openTextDocument(at("context-index.yml"));
const codes = () => vscode.languages.getDiagnostics(at("context-index.yml")).map((each) => each.code);
const ctxload = () => vscode.extensions.getExtension("ctxload.ctxload");

/** The API of the extension, once it has started itself. */
async function api() {
  const extension = await until(() => ctxload()?.isActive && ctxload(), "the extension is active");
  return extension.exports;
}

const STEPS = {
  async "the extension starts the server in a folder whose path needs encoding"() {
    assert.notEqual(encodeURI(root().fsPath), root().fsPath);
    const { server } = await api();
    await until(() => server.isRunning, "the server runs");
  },

  async "an index shows its findings"() {
    await vscode.window.showTextDocument(await index());
    await until(() => codes().includes("CTX208"), "CTX208");
  },

  async "an edit that is not saved changes the findings, and a quick fix writes into the right place"() {
    const document = await index();
    const above = new vscode.WorkspaceEdit();
    above.insert(document.uri, new vscode.Position(0, 0), "# a line more\n");
    await vscode.workspace.applyEdit(above);
    const line = document.getText().split("\n").findIndex((each) => each.includes("dokcer"));
    const finding = await until(
      () => vscode.languages.getDiagnostics(document.uri).find((each) => each.code === "CTX208" && each.range.start.line === line),
      "the finding is a line lower",
    );
    const actions = await vscode.commands.executeCommand("vscode.executeCodeActionProvider", document.uri, finding.range);
    const action = actions.find((each) => each.title === "Change to `docker`");
    assert.ok(action, actions.map((each) => each.title).join());
    await vscode.workspace.applyEdit(action.edit);
    assert.equal(document.lineAt(line).text, "  backend-developer: [docker]");
    await until(() => !codes().includes("CTX208"), "CTX208 goes");
    await document.save();
  },

  async "ids are completed"() {
    const document = await index();
    const line = document.getText().split("\n").findIndex((each) => each.includes("backend-developer: ["));
    const position = new vscode.Position(line, document.lineAt(line).text.indexOf("[") + 1);
    const { items } = await vscode.commands.executeCommand("vscode.executeCompletionItemProvider", document.uri, position);
    assert.ok(items.some((each) => each.label === "api"), items.map((each) => each.label).join());
  },

  async "a keyword has a hover, and entries have lenses"() {
    const document = await index();
    const line = document.getText().split("\n").findIndex((each) => each.includes("path: context/api.md"));
    const position = new vscode.Position(line, document.lineAt(line).text.indexOf("context/api"));
    const hovers = await vscode.commands.executeCommand("vscode.executeHoverProvider", document.uri, position);
    assert.match(hovers.map((each) => each.contents.map((content) => content.value).join()).join(), /tokens/);
    const lenses = await vscode.commands.executeCommand("vscode.executeCodeLensProvider", document.uri, 10);
    assert.match(lenses[0].command.title, /loaded by 1 of 2 tests/);
  },

  async "a task is answered with its documents"() {
    const answer = await vscode.commands.executeCommand("ctxload.whichDocuments", TASK);
    assert.deepEqual(answer.files.map((each) => each.path).sort(), ["context/api.md", "context/docker.md"]);
    await vscode.commands.executeCommand("workbench.action.closeQuickOpen");
  },

  async "the context of a task is copied"() {
    assert.equal(await vscode.commands.executeCommand("ctxload.copyContext", TASK), 2);
    assert.match(await vscode.env.clipboard.readText(), /small, reproducible images/);
  },

  async "an explanation is shown as a text"() {
    await vscode.commands.executeCommand("ctxload.explainTask", TASK);
    assert.match(vscode.window.activeTextEditor.document.getText(), /keyword `docker`/);
  },

  async "a document is added to the index where it is open"() {
    const document = await vscode.workspace.openTextDocument(at("context/coupons.md"));
    await vscode.window.showTextDocument(document);
    const added = await vscode.commands.executeCommand("ctxload.addDocument");
    assert.ok(added.applied);
    const changed = await index();
    assert.match(changed.getText(), /path: context\/coupons\.md/);
    assert.equal(vscode.window.activeTextEditor.document.uri.fsPath, changed.uri.fsPath);
    await changed.save();
  },

  async "a task is added as a test, and the tests are listed"() {
    const said = await vscode.commands.executeCommand("ctxload.addTest", "A voucher is redeemed twice: coupons");
    assert.match(said, /recorded; it passes/);
    assert.match(fs.readFileSync(at("context-index.yml").fsPath, "utf8"), /redeemed twice/);
    const { tests } = await api();
    await until(() => tests.controller.items.size === 3, "three tests");
    await vscode.commands.executeCommand("ctxload.runTests");
  },

  async "the status bar counts entries and findings"() {
    const { statusBar } = await api();
    await until(() => statusBar.item.text === "$(book) 4 entries", statusBar.item.text);
  },

  async "a file of the project is open"() {
    const document = await vscode.workspace.openTextDocument(at("src/billing.py"));
    await vscode.window.showTextDocument(document, { preview: false });
  },

  async "the editor's own models are offered the MCP server"() {
    assert.ok((await api()).hasMcp);
  },

  async "a program that doesn't exist is named, with cures, and found again when it is"() {
    const { server, view } = await api();
    const settings = vscode.workspace.getConfiguration("ctxload");
    await settings.update("command", "/no/such/ctxload", vscode.ConfigurationTarget.Global);
    await until(() => server.problem?.kind === "missing", "missing");
    await view.show("Docker");
    await until(() => view.page?.cures.some((cure) => cure.title === "Install ctxload"), "the cure is in the view");
    await settings.update("command", process.env.CTXLOAD_WITHOUT_EXTRA, vscode.ConfigurationTarget.Global);
    await until(() => server.problem?.kind === "extra", "without the extra");
    await until(() => view.page?.cures.some((cure) => cure.title === "Install what is missing"), "its cure is in the view");
    fs.writeFileSync(path.join(RESULTS, "look-problem"), "");
    await until(() => fs.existsSync(path.join(RESULTS, "looked")), "the driver has looked");
    await settings.update("command", undefined, vscode.ConfigurationTarget.Global);
    await until(() => server.isRunning && view.page?.documents.length, "it runs again");
  },
};

const WITHOUT_INDEX = {
  async "a folder without an index gets one drafted"() {
    await vscode.commands.executeCommand("ctxload.context.focus"); // activates the extension
    const { view, server } = await api();
    await until(() => view.page?.cures.some((cure) => cure.title === "Draft an index"), "the offer");
    assert.ok(server.isRunning);
    await vscode.commands.executeCommand("ctxload.draftIndex");
    await until(() => fs.existsSync(at("context-index.yml").fsPath), "the index");
    await until(() => /entries of context-index.yml/.test(view.page?.summary ?? ""), "the view knows it");
  },
};

async function activate() {
  const name = path.basename(root().fsPath);
  const write = (kind, data) => fs.writeFileSync(path.join(RESULTS, `${kind} ${name}.json`), JSON.stringify(data));
  if (!vscode.workspace.isTrusted) {
    write("untrusted", { extension: ctxload() === undefined ? "absent" : ctxload().isActive ? "active" : "inactive" });
    await new Promise((resolve) => vscode.workspace.onDidGrantWorkspaceTrust(resolve));
  }
  const results = [];
  for (const [step, run] of Object.entries(name.startsWith("no index") ? WITHOUT_INDEX : STEPS)) {
    try {
      await run();
      results.push({ step });
    } catch (error) {
      results.push({ step, error: String(error.stack ?? error) });
    }
    write("so far", results);
  }
  write("done", results);
}

// EDGE CASE: an editor waits for `activate`, so the steps go on after it.
module.exports = { activate: () => void activate() };
