// Questions about a task, asked for the project of the window.

import * as path from "node:path";
import * as vscode from "vscode";
import { Explained, Loaded, Status } from "./answers";
import { filesAtHand } from "./filesAtHand";
import { Server, uriOfQuestion } from "./server";

export class Context {
  constructor(readonly server: Server) {}

  status(): Promise<Status> {
    return this.server.ask<Status>("ctxload.status", about(uriOfQuestion()));
  }

  /** What a task calls for; with `atHand`, the files open and changed count, too. */
  async explain(task: string, atHand = false): Promise<Explained> {
    const files = atHand ? { files: filesAtHand((await this.status()).root) } : {};
    return this.server.ask<Explained>("ctxload.explain", { task, ...files, ...this.asked() });
  }

  load(task: string): Promise<Loaded> {
    const budget = settings().get<number>("budget", 0);
    return this.server.ask<Loaded>("ctxload.load", { task, ...this.asked(), ...(budget > 0 ? { budget } : {}) });
  }

  /** Opens a document of the project. */
  async open(name: string, line?: number): Promise<void> {
    const { root } = await this.status();
    const uri = vscode.Uri.file(path.isAbsolute(name) ? name : path.join(root, ...name.split("/")));
    const at = line === undefined ? undefined : new vscode.Range(line - 1, 0, line - 1, 0);
    await vscode.window.showTextDocument(uri, { preview: true, ...(at === undefined ? {} : { selection: at }) });
  }

  /** Saves the index where it is open and changed: the program reads it from disk. */
  async saveIndex(): Promise<Status> {
    const status = await this.status();
    const file = vscode.Uri.file(path.join(status.root, status.index)).fsPath;
    const open = vscode.workspace.textDocuments.find((document) => document.uri.fsPath === file);
    if (open?.isDirty) {
      await open.save();
    }
    return status;
  }

  private asked(): object {
    const agent = settings().get<string>("agent", "").trim();
    return { ...about(uriOfQuestion()), ...(agent ? { agent } : {}) };
  }
}

function about(uri: string | undefined): object {
  return uri === undefined ? {} : { uri };
}

function settings(): vscode.WorkspaceConfiguration {
  return vscode.workspace.getConfiguration("ctxload", vscode.window.activeTextEditor?.document.uri);
}

/** Whether an answer says that there is no index. */
export function saysNoIndex(error: unknown): boolean {
  return error instanceof Error && /no context-index\.yml/.test(error.message);
}
