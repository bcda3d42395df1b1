// The status bar item: how many entries the index has, and how many findings.

import * as vscode from "vscode";
import { Context, saysNoIndex } from "./context";
import { count } from "./wording";

/** How long findings must be quiet before they are counted, in milliseconds. */
const QUIET = 300;

export class StatusBar implements vscode.Disposable {
  readonly item = vscode.window.createStatusBarItem("ctxload", vscode.StatusBarAlignment.Right, 90);
  private waiting: NodeJS.Timeout | undefined;

  constructor(private readonly context: Context) {
    this.item.name = "ctxload";
  }

  refresh(): void {
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => void this.show(), QUIET);
  }

  dispose(): void {
    clearTimeout(this.waiting);
    this.item.dispose();
  }

  private async show(): Promise<void> {
    try {
      const status = await this.context.status();
      const findings = status.errors + status.warnings;
      const text = `$(book) ${count(status.entries, "entry").replace("entrys", "entries")}`;
      this.set(findings ? `${text} $(warning) ${findings}` : text, `ctxload.context.focus`, status.errors > 0);
      this.item.tooltip = `${status.index}: ${count(status.errors, "error")}, ${count(status.warnings, "warning")}, ${count(status.tests, "test")}`;
      void vscode.commands.executeCommand("setContext", "ctxload.hasIndex", true);
    } catch (error) {
      void vscode.commands.executeCommand("setContext", "ctxload.hasIndex", false);
      this.fail(error);
    }
  }

  private fail(error: unknown): void {
    if (saysNoIndex(error)) {
      this.item.hide();
      return;
    }
    this.set("$(book) $(warning) ctxload", "ctxload.showProblem", false);
    this.item.tooltip = error instanceof Error ? error.message : String(error);
  }

  private set(text: string, command: string, isError: boolean): void {
    this.item.text = text;
    this.item.command = command;
    this.item.backgroundColor = isError ? new vscode.ThemeColor("statusBarItem.errorBackground") : undefined;
    this.item.show();
  }
}
