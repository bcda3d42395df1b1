// The view *Context*: a task typed, or the files at hand; the documents that it calls for, why, and how large.

import { randomBytes } from "node:crypto";
import * as vscode from "vscode";
import { Explained } from "./answers";
import { Context, saysNoIndex } from "./context";
import { Cure, cures } from "./cures";
import { Segment, leftOut, segments, size, spansOf, summary, whys } from "./wording";

/** How long the typing must pause before the task is asked about, in milliseconds. */
const QUIET = 150;

/** What the page shows. */
interface Page {
  summary: string;
  task: Segment[];
  documents: { path: string; title: string; size: string; whys: string[]; layer: string }[];
  notes: string[];
  cures: Cure[];
}

type Message =
  | { type: "ready" }
  | { type: "ask"; task: string; atHand: boolean }
  | { type: "open"; path: string }
  | { type: "run"; command: string };

export class ContextView implements vscode.WebviewViewProvider {
  private view: vscode.WebviewView | undefined;
  private asked = { task: "", atHand: false };
  private waiting: NodeJS.Timeout | undefined;
  private number = 0;
  /** What the page shows now, for tests of the extension. */
  page: Page | undefined;

  constructor(
    private readonly folder: vscode.Uri,
    private readonly context: Context,
  ) {}

  get task(): string {
    return this.asked.task;
  }

  resolveWebviewView(view: vscode.WebviewView): void {
    this.view = view;
    view.webview.options = { enableScripts: true, localResourceRoots: [vscode.Uri.joinPath(this.folder, "media")] };
    view.webview.onDidReceiveMessage((message: Message) => this.received(message));
    view.onDidChangeVisibility(() => view.visible && this.refresh());
    view.onDidDispose(() => (this.view = undefined));
    view.webview.html = this.html(view.webview);
  }

  /** Shows a task as if it were typed. */
  async show(task: string): Promise<void> {
    this.asked = { ...this.asked, task };
    await vscode.commands.executeCommand("ctxload.context.focus");
    this.post({ type: "task", task });
    this.refresh();
  }

  /** Asks again, when it has been quiet for a moment. */
  refresh(): void {
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => void this.answer(), QUIET);
  }

  private received(message: Message): void {
    if (message.type === "ready") {
      this.post({ type: "task", task: this.asked.task });
      this.refresh();
    } else if (message.type === "ask") {
      this.asked = { task: message.task, atHand: message.atHand };
      this.refresh();
    } else if (message.type === "open") {
      void this.context.open(message.path).then(undefined, report);
    } else {
      void vscode.commands.executeCommand(message.command, this.asked.task);
    }
  }

  private async answer(): Promise<void> {
    if (this.view?.visible !== true) {
      return;
    }
    const number = ++this.number;
    const page = await this.pageOf(this.asked.task, this.asked.atHand);
    if (number === this.number) {
      // a later question was not asked meanwhile
      this.page = page;
      this.post({ type: "page", page });
    }
  }

  private async pageOf(task: string, atHand: boolean): Promise<Page> {
    const empty = { summary: "", task: [], documents: [], notes: [], cures: [] };
    try {
      if (task.trim() === "" && !atHand) {
        const { entries, index } = await this.context.status();
        return { ...empty, summary: `Type a task: which of the ${entries} entries of ${index} does it call for?` };
      }
      return shown(await this.context.explain(task, atHand));
    } catch (error) {
      if (saysNoIndex(error)) {
        const draft = { title: "Draft an index", command: "ctxload.draftIndex" };
        return { ...empty, summary: "This folder has no context-index.yml yet.", cures: [draft] };
      }
      const { problem } = this.context.server;
      const message = error instanceof Error ? error.message : String(error);
      return { ...empty, summary: problem?.message ?? message, cures: problem === undefined ? [] : cures(problem) };
    }
  }

  private post(message: object): void {
    void this.view?.webview.postMessage(message);
  }

  private html(webview: vscode.Webview): string {
    const nonce = randomBytes(16).toString("base64");
    const media = (name: string): string => webview.asWebviewUri(vscode.Uri.joinPath(this.folder, "media", name)).toString();
    const policy = `default-src 'none'; style-src ${webview.cspSource}; script-src 'nonce-${nonce}'`;
    return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="UTF-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<link rel="stylesheet" href="${media("view.css")}">
<title>Context</title>
</head>
<body>
<label for="task">Task</label>
<textarea id="task" rows="3" placeholder="Add an endpoint for coupons"></textarea>
<label class="check"><input id="atHand" type="checkbox"> with the files open and changed</label>
<div id="buttons">
<button data-command="ctxload.copyContext" title="Copy the text of these documents for a model">Copy</button>
<button data-command="ctxload.explainTask" title="Why these, and why not the others">Explain</button>
<button data-command="ctxload.addTest" title="Have the index's tests expect these documents">Add as a test</button>
</div>
<p id="marked" aria-label="The task, with the words that count marked"></p>
<p id="summary" role="status" aria-live="polite"></p>
<div id="cures"></div>
<ul id="documents" aria-label="Documents"></ul>
<ul id="notes"></ul>
<script nonce="${nonce}" src="${media("view.js")}"></script>
</body>
</html>`;
  }
}

function shown(answer: Explained): Page {
  return {
    summary: summary(answer),
    task: segments(answer.task, spansOf(answer.files)),
    documents: answer.files.map((file) => ({
      path: file.path,
      title: file.title || file.path,
      size: size(file),
      whys: whys(file),
      layer: file.layer,
    })),
    notes: [
      ...answer.left_out.map(leftOut),
      ...answer.diagnostics.filter((finding) => finding.code === "CTX404").map((finding) => finding.message),
    ],
    cures: [],
  };
}

function report(error: unknown): void {
  void vscode.window.showErrorMessage(`ctxload: ${error instanceof Error ? error.message : String(error)}`);
}
