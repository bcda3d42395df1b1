// `ctxload serve --mcp` for the editor's own models, where the editor has such an API (VS Code 1.101 and newer).

import * as vscode from "vscode";
import { Server, foldersOnDisk } from "./server";
import { MISSING_EXTRA } from "./program";

/** As much of the API as is used; older editors, and the types that the extension is built with, have none. */
interface McpApi {
  registerMcpServerDefinitionProvider?(id: string, provider: McpProvider): vscode.Disposable;
}

interface McpProvider {
  onDidChangeMcpServerDefinitions: vscode.Event<void>;
  provideMcpServerDefinitions(): Promise<object[]>;
  resolveMcpServerDefinition(definition: object): Promise<object | undefined>;
}

type Definition = new (label: string, command: string, args: string[], env?: object, version?: string) => object;

/** Registers the server for each folder; nothing where the editor has no such API. */
export function registerMcp(server: Server, version: string): vscode.Disposable | undefined {
  const api = (vscode as unknown as { lm?: McpApi }).lm;
  const make = (vscode as unknown as { McpStdioServerDefinition?: Definition }).McpStdioServerDefinition;
  if (api?.registerMcpServerDefinitionProvider === undefined || make === undefined) {
    return undefined;
  }
  return api.registerMcpServerDefinitionProvider("ctxload", {
    onDidChangeMcpServerDefinitions: server.onDidChange,
    provideMcpServerDefinitions: async () => definitions(server, make, version),
    resolveMcpServerDefinition: async (definition) => ((await hasExtra(server)) ? definition : undefined),
  });
}

export function definitions(server: Server, make: Definition, version: string): object[] {
  const { command } = server;
  if (command === undefined) {
    return [];
  }
  const folders = foldersOnDisk();
  const label = (folder: string): string => (folders.length > 1 ? `ctxload: ${folder}` : "ctxload");
  return folders.map((folder) => new make(label(folder), command, ["serve", "--mcp", "--root", folder], {}, version));
}

/** Whether the extra is there; where it isn't, the cure is shown. */
async function hasExtra(server: Server): Promise<boolean> {
  const output = await server.run(["serve", "--mcp"], foldersOnDisk()[0] ?? ".");
  if (!MISSING_EXTRA.test(output.stderr)) {
    return true;
  }
  const install = "Install it";
  const chosen = await vscode.window.showWarningMessage("ctxload: the extra `mcp` is missing.", install);
  if (chosen === install) {
    await vscode.commands.executeCommand("ctxload.install");
  }
  return false;
}
