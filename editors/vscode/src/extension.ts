// The extension: everything is made here, and told of each other.

import * as vscode from "vscode";
import { Commands } from "./commands";
import { Context } from "./context";
import { ContextView } from "./contextView";
import { chooseProgram, install, offerCures } from "./cures";
import { registerMcp } from "./mcp";
import { Server } from "./server";
import { StatusBar } from "./statusBar";
import { IndexTests } from "./testing";

/** What the tests of the extension look at. */
export interface Api {
  server: Server;
  view: ContextView;
  tests: IndexTests;
  statusBar: StatusBar;
  hasMcp: boolean;
}

export function activate(extension: vscode.ExtensionContext): Api {
  const output = vscode.window.createOutputChannel("ctxload", { log: true });
  const server = new Server(output);
  const context = new Context(server);
  const view = new ContextView(extension.extensionUri, context);
  const tests = new IndexTests(context, output);
  const statusBar = new StatusBar(context);
  const mcp = registerMcp(server, String((extension.extension.packageJSON as { version: string }).version));
  const command = (name: string, does: () => unknown): vscode.Disposable => vscode.commands.registerCommand(`ctxload.${name}`, does);
  const refresh = (): void => {
    view.refresh();
    statusBar.refresh();
  };

  extension.subscriptions.push(
    output,
    server,
    tests.controller,
    statusBar,
    ...(mcp === undefined ? [] : [mcp]),
    vscode.window.registerWebviewViewProvider("ctxload.context", view),
    ...new Commands(context, view).register(),
    command("runTests", () => tests.runAll()),
    command("restart", () => restart(server, tests)),
    command("install", () => install(server.problem)),
    command("chooseProgram", chooseProgram),
    command("showOutput", () => output.show()),
    command("showProblem", () => server.problem && offerCures(server.problem)),
    command("welcome", () => vscode.commands.executeCommand("workbench.action.openWalkthrough", `${extension.extension.id}#start`)),
    ...listeners(server, tests, refresh),
  );
  void begin(server, tests);
  return { server, view, tests, statusBar, hasMcp: mcp !== undefined };
}

/** Starts the server; where that can't be, says so once, with the cure. */
async function begin(server: Server, tests: IndexTests): Promise<void> {
  await server.start();
  if (server.problem !== undefined) {
    await offerCures(server.problem);
  } else {
    await tests.refresh();
  }
}

/** Done when the server runs or can't: what the person does about a problem is not waited for. */
async function restart(server: Server, tests: IndexTests): Promise<void> {
  await server.restart();
  void begin(server, tests);
}

/** Has what is shown follow the server, the files and the settings. */
function listeners(server: Server, tests: IndexTests, refresh: () => void): vscode.Disposable[] {
  const indexes = vscode.workspace.createFileSystemWatcher("**/context-index.{yml,yaml}");
  const changed = (): void => {
    refresh();
    void tests.refresh();
  };
  return [
    server.onDidChange(() => {
      void vscode.commands.executeCommand("setContext", "ctxload.ready", server.isRunning);
      refresh();
    }),
    indexes,
    indexes.onDidChange(changed),
    indexes.onDidCreate(changed),
    indexes.onDidDelete(changed),
    vscode.languages.onDidChangeDiagnostics((event) => event.uris.some(isOfIndex) && refresh()),
    vscode.window.tabGroups.onDidChangeTabs(refresh),
    vscode.window.onDidChangeActiveTextEditor(refresh),
    vscode.workspace.onDidChangeWorkspaceFolders(() => void restart(server, tests)),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration("ctxload.command")) {
        void restart(server, tests);
      } else if (event.affectsConfiguration("ctxload")) {
        refresh();
      }
    }),
  ];
}

function isOfIndex(uri: vscode.Uri): boolean {
  return /\.(ya?ml|md)$/.test(uri.path);
}

export function deactivate(): void {
  // what was made is disposed by the editor
}
