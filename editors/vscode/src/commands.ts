// What a person can ask for by name.

import * as path from "node:path";
import * as vscode from "vscode";
import { Added, Explained } from "./answers";
import { Context, saysNoIndex } from "./context";
import { ContextView } from "./contextView";
import { offerCures } from "./cures";
import { foldersOnDisk } from "./server";
import { count, expectations, size, thousands, whys } from "./wording";

const SCHEME = "ctxload-explain";
/** What `ctxload test --record` takes for "no entry is called for". */
const NOTHING = "none";

export class Commands {
  private lastTask = "";
  private readonly explanations = new Map<string, string>();

  constructor(
    private readonly context: Context,
    private readonly view: ContextView,
  ) {}

  register(): vscode.Disposable[] {
    const provider = { provideTextDocumentContent: (uri: vscode.Uri) => this.explanations.get(uri.path) ?? "" };
    return [
      vscode.workspace.registerTextDocumentContentProvider(SCHEME, provider),
      this.command("whichDocuments", (task) => this.whichDocuments(task)),
      this.command("copyContext", (task) => this.copyContext(task)),
      this.command("explainTask", (task) => this.explainTask(task)),
      this.command("addTest", (task) => this.addTest(task)),
      this.command("addDocument", (uri) => this.addDocument(uri)),
      this.command("draftIndex", () => this.draftIndex()),
      this.command("openIndex", () => this.openIndex()),
    ];
  }

  /** A command whose error is shown with its cure. */
  private command(name: string, does: (given: unknown) => Promise<unknown>): vscode.Disposable {
    return vscode.commands.registerCommand(`ctxload.${name}`, async (given: unknown) => {
      try {
        return await does(given);
      } catch (error) {
        return this.report(error);
      }
    });
  }

  private async report(error: unknown): Promise<void> {
    const { problem } = this.context.server;
    if (problem !== undefined) {
      await offerCures(problem);
    } else if (saysNoIndex(error)) {
      const draft = "Draft an index";
      const chosen = await vscode.window.showWarningMessage("ctxload: this folder has no context-index.yml yet.", draft);
      if (chosen === draft) {
        await vscode.commands.executeCommand("ctxload.draftIndex");
      }
    } else {
      void vscode.window.showErrorMessage(`ctxload: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  /** The task that was handed over, else the one that the person types; undefined where they don't. */
  private async taskOf(given: unknown): Promise<string | undefined> {
    if (typeof given === "string" && given.trim() !== "") {
      this.lastTask = given;
      return given;
    }
    const task = await vscode.window.showInputBox({
      prompt: "The task, as you would give it to an agent",
      value: this.lastTask || this.view.task,
      validateInput: (text) => (text.trim() === "" ? "Type a task" : undefined),
    });
    this.lastTask = task ?? this.lastTask;
    return task;
  }

  private async whichDocuments(given: unknown): Promise<Explained | undefined> {
    const task = await this.taskOf(given);
    if (task === undefined) {
      return undefined;
    }
    const answer = await this.context.explain(task);
    if (answer.files.length === 0) {
      void vscode.window.showInformationMessage("ctxload: no document is called for.");
      return answer;
    }
    const items = answer.files.map((file) => ({
      label: file.title || file.path,
      description: size(file),
      detail: `${file.path}: ${whys(file).join(" · ")}`,
      path: file.path,
    }));
    const options = { placeHolder: `${count(items.length, "document")} for “${task}”`, matchOnDetail: true };
    void vscode.window.showQuickPick(items, options).then((chosen) => chosen && this.context.open(chosen.path));
    return answer;
  }

  private async copyContext(given: unknown): Promise<number | undefined> {
    const task = await this.taskOf(given);
    if (task === undefined) {
      return undefined;
    }
    const loaded = await this.context.load(task);
    if (loaded.text === "") {
      void vscode.window.showInformationMessage("ctxload: no document is called for, so nothing was copied.");
      return 0;
    }
    await vscode.env.clipboard.writeText(loaded.text);
    const parts = loaded.parts.filter((part) => part.form !== "whole").length;
    const cut = parts > 0 ? `, ${parts} in part` : "";
    const size = `${count(loaded.parts.length, "document")}${cut}, about ${thousands(loaded.tokens)} tokens`;
    void vscode.window.showInformationMessage(`ctxload: copied ${size}.`);
    return loaded.parts.length;
  }

  private async explainTask(given: unknown): Promise<void> {
    const task = await this.taskOf(given);
    if (task === undefined) {
      return;
    }
    const { text } = await this.context.explain(task);
    const uri = vscode.Uri.from({ scheme: SCHEME, path: `/${this.explanations.size + 1} Explain.txt` });
    this.explanations.set(uri.path, text);
    await vscode.window.showTextDocument(uri, { preview: true, viewColumn: vscode.ViewColumn.Active });
  }

  private async addTest(given: unknown): Promise<string | undefined> {
    const task = await this.taskOf(given);
    if (task === undefined) {
      return undefined;
    }
    const { root, index } = await this.context.saveIndex();
    const expected = await this.expected(expectations(await this.context.explain(task)));
    if (expected === undefined) {
      return undefined;
    }
    const agent = vscode.workspace.getConfiguration("ctxload").get<string>("agent", "").trim();
    const names = expected.length === 0 ? [NOTHING] : expected;
    const words = ["test", "--root", root, `--record=${task}`, ...names.map((name) => `--expect=${name}`)];
    const output = await this.context.server.run([...words, ...(agent ? [`--agent=${agent}`] : [])], root);
    const said = output.stderr.trim().replace(/^ctxload: /, "");
    if (output.status !== 0) {
      throw new Error(said);
    }
    void vscode.window.showInformationMessage(`ctxload: ${said}`, `Open ${index}`).then((chosen) => chosen && this.openIndex());
    return said;
  }

  /** The entries that a test is to expect: chosen by the person where there are any. */
  private async expected(found: string[]): Promise<string[] | undefined> {
    if (found.length === 0) {
      const yes = "Add it";
      const question = "No document is called for. Add a test that expects none?";
      return (await vscode.window.showInformationMessage(question, yes)) === yes ? [] : undefined;
    }
    if (found.length === 1) {
      return found;
    }
    const items = found.map((label) => ({ label, picked: true }));
    const chosen = await vscode.window.showQuickPick(items, { canPickMany: true, placeHolder: "What must come for this task?" });
    return chosen?.map((item) => item.label);
  }

  private async addDocument(given: unknown): Promise<Added | undefined> {
    const uri = given instanceof vscode.Uri ? given : vscode.window.activeTextEditor?.document.uri;
    if (uri === undefined) {
      throw new Error("open the document first");
    }
    const added = await this.context.server.ask<Added>("ctxload.add", { uri: uri.toString() });
    if (added.applied) {
      await this.context.open(vscode.Uri.parse(added.uri).fsPath, added.line + 1);
    }
    return added;
  }

  private async draftIndex(): Promise<string | undefined> {
    const folder = await this.folder();
    if (folder === undefined) {
      return undefined;
    }
    const output = await this.context.server.run(["init", "--root", folder, "--yes"], folder);
    const said = output.stderr.trim() || output.stdout.trim();
    if (output.status !== 0) {
      throw new Error(said.replace(/^ctxload: /, ""));
    }
    await vscode.window.showTextDocument(vscode.Uri.file(path.join(folder, "context-index.yml")));
    void vscode.window.showInformationMessage("ctxload: drafted an index. Look through the keywords, then type a task in the view Context.");
    this.view.refresh();
    return folder;
  }

  private async folder(): Promise<string | undefined> {
    const folders = foldersOnDisk();
    if (folders.length === 0) {
      throw new Error("open a folder first");
    }
    return folders.length === 1 ? folders[0] : vscode.window.showQuickPick(folders, { placeHolder: "Which folder?" });
  }

  private async openIndex(): Promise<void> {
    await this.context.open((await this.context.status()).index);
  }
}
