// The tests of the index, in the test explorer.

import * as path from "node:path";
import * as vscode from "vscode";
import { Case, TestReport } from "./answers";
import { Context } from "./context";
import { failure } from "./wording";

export class IndexTests {
  readonly controller = vscode.tests.createTestController("ctxload", "Context index");
  /** The last of the looks at the tests: they go one after the other, so that the newest text wins. */
  private last: Promise<void> = Promise.resolve();

  constructor(
    private readonly context: Context,
    private readonly output: vscode.LogOutputChannel,
  ) {
    this.controller.resolveHandler = async (item) => {
      if (item === undefined) {
        await this.refresh();
      }
    };
    this.controller.refreshHandler = () => this.refresh();
    const run = (request: vscode.TestRunRequest): Promise<void> => this.run(request);
    this.controller.createRunProfile("Run", vscode.TestRunProfileKind.Run, run, true);
  }

  /** Lists the tests as they are on disk. */
  refresh(): Promise<void> {
    return this.inTurn(() => this.refreshNow());
  }

  /** Runs tests, and shows what came. */
  run(request: vscode.TestRunRequest): Promise<void> {
    return this.inTurn(() => this.runNow(request));
  }

  runAll(): Promise<void> {
    return this.run(new vscode.TestRunRequest());
  }

  private inTurn(work: () => Promise<void>): Promise<void> {
    this.last = this.last.then(work);
    return this.last;
  }

  private async refreshNow(): Promise<void> {
    try {
      const { root } = await this.context.status();
      this.list(await this.report(root), root);
    } catch (error) {
      this.output.debug(`no tests: ${String(error)}`); // there is no index, or it has no tests
      this.controller.items.replace([]);
    }
  }

  private async runNow(request: vscode.TestRunRequest): Promise<void> {
    const run = this.controller.createTestRun(request);
    try {
      const { root } = await this.context.saveIndex();
      const cases = this.list(await this.report(root), root);
      for (const [item, tested] of cases) {
        if (isWanted(item, request)) {
          tell(run, item, tested);
        }
      }
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      run.appendOutput(`ctxload: ${message}\r\n`);
      void vscode.window.showWarningMessage(`ctxload: ${message}`);
    } finally {
      run.end();
    }
  }

  private async report(root: string): Promise<TestReport> {
    const output = await this.context.server.run(["test", "--root", root, "--format", "json"], root);
    if (output.status !== 0 && output.status !== 1) {
      throw new Error(output.stderr.trim().replace(/^ctxload: /, "") || `ctxload test ended with ${output.status}`);
    }
    return JSON.parse(output.stdout) as TestReport;
  }

  /** Makes the items of a report; each with its case. */
  private list(report: TestReport, root: string): [vscode.TestItem, Case][] {
    const cases = report.modes[0]?.cases ?? [];
    const made = cases.map((tested, number): [vscode.TestItem, Case] => [this.item(tested, number, root), tested]);
    this.controller.items.replace(made.map(([item]) => item));
    return made;
  }

  private item(tested: Case, number: number, root: string): vscode.TestItem {
    const uri = tested.path === undefined ? undefined : vscode.Uri.file(path.resolve(root, tested.path));
    const item = this.controller.createTestItem(`${number} ${tested.agent ?? ""} ${tested.task}`, tested.task, uri);
    item.description = tested.agent ?? "";
    if (tested.line !== undefined) {
      item.range = new vscode.Range(tested.line - 1, (tested.column ?? 1) - 1, tested.line - 1, (tested.column ?? 1) - 1);
    }
    return item;
  }
}

function isWanted(item: vscode.TestItem, request: vscode.TestRunRequest): boolean {
  const isNamed = (items: readonly vscode.TestItem[]): boolean => items.some((each) => each.id === item.id);
  return (request.include === undefined || isNamed(request.include)) && !isNamed(request.exclude ?? []);
}

function tell(run: vscode.TestRun, item: vscode.TestItem, tested: Case): void {
  run.started(item);
  if (tested.passed) {
    run.passed(item);
    return;
  }
  const message = vscode.TestMessage.diff(failure(tested), tested.expect.join("\n"), tested.came.join("\n"));
  if (item.uri !== undefined && item.range !== undefined) {
    message.location = new vscode.Location(item.uri, item.range);
  }
  run.failed(item, message);
}
