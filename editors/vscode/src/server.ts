// The language server of this window: tried first, then started; asked by commands.

import * as path from "node:path";
import * as vscode from "vscode";
import { CloseAction, ErrorAction, LanguageClient, LanguageClientOptions, State } from "vscode-languageclient/node";
import { Output, Problem, candidates, probe, run } from "./program";

/** How often a server that ended by itself is started again. */
const RESTARTS = 3;

export class Server implements vscode.Disposable {
  private client: LanguageClient | undefined;
  private starting: Promise<void> | undefined;
  private restarts = 0;
  private readonly changed = new vscode.EventEmitter<void>();
  /** Fires when the server is there, or gone, or found to be missing. */
  readonly onDidChange = this.changed.event;
  command: string | undefined;
  problem: Problem | undefined;

  constructor(private readonly output: vscode.LogOutputChannel) {}

  get isRunning(): boolean {
    return this.client?.state === State.Running;
  }

  /** Starts the server unless it runs or is being started. */
  start(): Promise<void> {
    this.starting ??= this.started();
    return this.starting;
  }

  async restart(): Promise<void> {
    this.restarts = 0;
    await this.starting;
    await this.stop();
    await this.start();
  }

  /** Asks for a command of the server; throws an Error with its message. */
  async ask<Answer>(command: string, argument: object): Promise<Answer> {
    await this.start();
    if (this.client === undefined || !this.isRunning) {
      throw new Error(this.problem?.message ?? "ctxload isn't running");
    }
    return this.client.sendRequest<Answer>("workspace/executeCommand", { command, arguments: [argument] });
  }

  /** Runs the program itself in a folder; throws an Error where it isn't there. */
  async run(words: string[], cwd: string): Promise<Output> {
    await this.start();
    if (this.command === undefined) {
      throw new Error(this.problem?.message ?? "ctxload isn't installed");
    }
    return run(this.command, words, cwd);
  }

  dispose(): void {
    void this.stop();
    this.changed.dispose();
  }

  private async stop(): Promise<void> {
    const client = this.client;
    this.client = this.starting = this.command = this.problem = undefined;
    try {
      await client?.dispose();
    } catch (error) {
      this.output.warn(`stopping: ${String(error)}`); // one that has ended already can't be stopped
    }
  }

  private async started(): Promise<void> {
    const folders = foldersOnDisk();
    const set = vscode.workspace.getConfiguration("ctxload").get<string>("command", "");
    const tried = candidates(set, folders);
    const found = await probe(tried, folders[0]);
    if (found.kind !== "ready") {
      this.output.error(`${found.message}; looked for ${tried.join(", ")}`);
      this.problem = found;
    } else {
      this.output.info(`starts ${found.command} serve --lsp`);
      this.command = found.command;
      await this.startClient(found.command, folders[0]);
    }
    this.changed.fire();
  }

  private async startClient(command: string, cwd: string | undefined): Promise<void> {
    const client = new LanguageClient(
      "ctxload",
      "ctxload",
      { command, args: ["serve", "--lsp"], options: cwd === undefined ? {} : { cwd } },
      this.options(),
    );
    this.client = client;
    client.onDidChangeState(() => this.changed.fire());
    try {
      await client.start();
    } catch (error) {
      this.problem = { kind: "failed", command, message: `ctxload couldn't be started: ${String(error)}` };
    }
  }

  private options(): LanguageClientOptions {
    return {
      documentSelector: [
        { scheme: "file", language: "yaml" },
        { scheme: "file", language: "markdown" },
        { scheme: "file", pattern: "**/context-index.{yml,yaml}" },
      ],
      outputChannel: this.output,
      initializationFailedHandler: () => false,
      errorHandler: {
        error: () => ({ action: ErrorAction.Continue, handled: true }),
        closed: () => this.closed(),
      },
    };
  }

  private closed(): { action: CloseAction; handled: boolean } {
    this.restarts += 1;
    if (this.restarts <= RESTARTS) {
      return { action: CloseAction.Restart, handled: true };
    }
    const message = `ctxload ended ${this.restarts} times: the output says why`;
    this.problem = { kind: "failed", command: this.command ?? "ctxload", message };
    return { action: CloseAction.DoNotRestart, handled: true };
  }
}

/** The folders of the workspace that are on disk. */
export function foldersOnDisk(): string[] {
  const folders = vscode.workspace.workspaceFolders ?? [];
  return folders.filter((folder) => folder.uri.scheme === "file").map((folder) => folder.uri.fsPath);
}

/** The document that a question is about: the active one where it is in the workspace, else any of the first folder. */
export function uriOfQuestion(): string | undefined {
  const active = vscode.window.activeTextEditor?.document.uri;
  if (active?.scheme === "file" && vscode.workspace.getWorkspaceFolder(active) !== undefined) {
    return active.toString();
  }
  const folder = foldersOnDisk()[0];
  return folder === undefined ? undefined : vscode.Uri.file(path.join(folder, "any")).toString();
}
