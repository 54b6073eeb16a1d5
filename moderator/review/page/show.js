// What the server answered, put on the page.
import { show } from "./visible.js";

export const byId = (id) => document.getElementById(id);
export const count = (number, noun) => `${number.toLocaleString("en")} ${noun}${number === 1 ? "" : "s"}`;
const share = (score) => `${(100 * score).toFixed(score > 0.995 ? 1 : 0)} %`;

export function age(at) {
  const passed = Math.max(0, Date.now() / 1000 - at);
  for (const [size, name] of [[86400, "d"], [3600, "h"], [60, "min"]]) {
    if (passed >= size) return `${Math.floor(passed / size)} ${name}`;
  }
  return `${Math.floor(passed)} s`;
}

function made(kind, text, name = "") {
  const element = document.createElement(kind);
  if (name) element.className = name;
  show(element, text);
  return element;
}

function row(cells, head = true) {
  const line = document.createElement("tr");
  line.append(...cells.map((cell, i) => {
    const element = cell instanceof Node ? document.createElement("td") : made(i || !head ? "td" : "th", cell);
    if (cell instanceof Node) element.append(cell);
    if (element.tagName === "TH") element.scope = "row";
    return element;
  }));
  return line;
}

export function showItem(item) {
  byId("shown").hidden = !item;
  for (const id of ["allow", "block", "skip"]) byId(id).disabled = !item;
  if (!item) return;
  const facts = [item.community && `in ${item.community}`, item.author && `by ${item.author}`,
    `${age(Date.parse(item.scored_at) / 1000)} ago`, item.language !== "und" && item.language,
    `policy ${item.policy}`, item.degraded && "a scorer was missing", item.id].filter(Boolean);
  byId("about").replaceChildren(made("span", item.action, `action ${item.action}`), made("bdi", ` · ${facts.join(" · ")}`));
  byId("about").title = item.scored_at;
  byId("parent").hidden = !item.parent;
  if (item.parent) {
    show(byId("parent-about"), `answers ${item.parent.id}`);
    show(byId("parent-text"), item.parent.text ?? "(its text is not known here)");
  }
  show(byId("text"), item.text, item.spans);
  byId("text").scrollTop = 0;
  const more = item.characters - Array.from(item.text).length;
  byId("cut").hidden = more <= 0;
  byId("cut").textContent = `and ${count(more, "more character")}, which are not shown`;
  byId("reasons").replaceChildren(...item.reasons.map(({ rule, score, threshold }) =>
    row([rule, threshold ? share(score) : "–", threshold ? share(threshold) : "–"])));
  byId("same").hidden = item.same === 1;
  byId("same").textContent = item.same > 1
    ? `${count(item.same, "comment")} with this text wait; your decision is about all of them`
    : "";
}

export function showRows(rows, current, open) {
  return rows.map((entry) => {
    const button = document.createElement("button");
    button.type = "button";
    button.dataset.key = entry.key;
    button.setAttribute("aria-current", String(entry.key === current));
    const facts = [entry.community, entry.same > 1 && `×${entry.same}`, share(entry.score),
      entry.is_claimed && entry.key !== current && "somebody has it open"].filter(Boolean).join(" · ");
    const action = made("span", entry.action, `action ${entry.action}`), small = document.createElement("small");
    small.append(action, made("bdi", ` · ${facts}`));
    const preview = made("span", entry.preview.replace(/\s+/g, " "), "words preview");
    preview.dir = "auto";
    button.append(preview, small, made("small", age(entry.at)));
    button.addEventListener("click", () => open(entry.key));
    const item = document.createElement("li");
    item.append(button);
    return item;
  });
}

export function showLog(rows, me) {
  byId("log-rows").replaceChildren(...rows.map((entry) => {
    const did = entry.action ? `${entry.action}${entry.holds ? "" : ", once"}${entry.undone ? ", undone" : ""}` : "undo";
    const what = made("span", did, `action ${entry.undone ? "" : entry.action ?? ""}`);
    const who = entry.by === me ? "you" : `${entry.by ?? "–"} (${entry.source})`;
    return row([new Date(entry.at * 1000).toLocaleString(), who, what, entry.id ?? "–", entry.note ?? ""], false);
  }));
}

export function showChoices(select, choices, chosen, all, none) {
  const options = [["", all], ...choices.map(([name, texts]) => [`=${name}`, `${name || none} (${texts.toLocaleString("en")})`])];
  if (chosen && !options.some(([value]) => value === chosen)) options.push([chosen, `${chosen.slice(1) || none} (0)`]);
  if (document.activeElement === select) return;  // never change a list that is open
  select.replaceChildren(...options.map(([value, text]) => {
    const option = document.createElement("option");
    option.value = value;
    show(option, text);
    return option;
  }));
  select.value = chosen;
}
