// The page of the view *Context*. It shows texts as texts: nothing from a document or a task is read as HTML.
(function () {
  const vscode = acquireVsCodeApi();
  const at = (id) => document.getElementById(id);
  const task = at("task");
  const atHand = at("atHand");

  const element = (name, className, text) => {
    const made = document.createElement(name);
    made.className = className;
    made.textContent = text;
    return made;
  };

  const ask = () => {
    vscode.setState({ task: task.value, atHand: atHand.checked });
    vscode.postMessage({ type: "ask", task: task.value, atHand: atHand.checked });
  };

  const documentItem = (file) => {
    const button = element("button", "document", "");
    button.title = file.path;
    button.append(
      element("span", "title", file.title),
      element("span", "path", file.path),
      element("span", "why", file.whys.join(" · ")),
      element("span", "size", file.size),
    );
    button.addEventListener("click", () => vscode.postMessage({ type: "open", path: file.path }));
    const item = document.createElement("li");
    item.append(button);
    return item;
  };

  const cureButton = (cure) => {
    const button = element("button", "cure", cure.title);
    button.addEventListener("click", () => vscode.postMessage({ type: "run", command: cure.command }));
    return button;
  };

  const show = (page) => {
    at("summary").textContent = page.summary;
    at("marked").replaceChildren(...page.task.map((each) => element(each.isMarked ? "mark" : "span", "", each.text)));
    at("documents").replaceChildren(...page.documents.map(documentItem));
    at("notes").replaceChildren(...page.notes.map((note) => element("li", "", note)));
    at("cures").replaceChildren(...page.cures.map(cureButton));
    at("buttons").hidden = page.task.length === 0;
  };

  task.addEventListener("input", ask);
  atHand.addEventListener("change", ask);
  for (const button of document.querySelectorAll("#buttons button")) {
    button.addEventListener("click", () => vscode.postMessage({ type: "run", command: button.dataset.command }));
  }
  window.addEventListener("message", ({ data }) => {
    if (data.type === "page") {
      show(data.page);
    } else if (data.type === "task") {
      task.value = data.task;
    }
  });
  at("buttons").hidden = true;
  const kept = vscode.getState();
  if (kept) {
    task.value = kept.task;
    atHand.checked = kept.atHand;
    ask();
  } else {
    vscode.postMessage({ type: "ready" });
  }
})();
