// The desk: one claimed comment, keys to decide about it, the queue beside it.
import { Refused, forgetToken, get, hasToken, keepToken, post } from "./server.js";
import { age, byId, count, showChoices, showItem, showLog, showRows } from "./show.js";

const EVERY_MS = 5000, SETTLE_MS = 250, IDLE_MS = 600000;
const KEYS = { a: "allow", b: "block", s: "skip", u: "undo" };
const FILTERS = ["order", "action", "community", "rule"];
let item = null, busy = false, shownAt = 0, activeAt = Date.now(), renewAt = Infinity;
let me = "", extra = 0, chosenOrder = false, timer = 0;  // the server knows the order until one is chosen

function view() {
  const chosen = (id) => byId(id).value ? byId(id).value.slice(1) : null;
  return { order: chosenOrder ? byId("order").value : null, action: byId("action").value || null, community: chosen("community"), rule: chosen("rule") };
}

function state(name, text) {
  if (byId("state").textContent !== text) byId("state").textContent = text;
  byId("state").dataset.state = name;
}

function trouble(text) {
  const line = document.createElement("li");
  line.textContent = text;
  byId("trouble").replaceChildren(...(text ? [line] : []));
}

function signedOut(reason) {
  forgetToken();
  clearTimeout(timer);
  item = null;
  showItem(null);
  for (const id of ["text", "parent-text", "rows", "log-rows", "reasons", "about", "done"]) byId(id).replaceChildren();
  byId("waiting").textContent = "";
  byId("desk").hidden = byId("leave").hidden = true;
  byId("sign-in").hidden = false;
  byId("token").value = "";
  byId("token").focus();
  state("away", "sign in");
  trouble(reason);
}

function refused(error) {
  if (!(error instanceof Refused)) throw error;
  if (error.status === 401 || error.status === 403) signedOut(error.message);
  else if (error.reason === "reading") state("busy", error.message);
  else if (error.status === 0) state("away", error.message);
  else trouble(error.message);
}

function turn(answer) {
  item = answer.item;
  shownAt = Date.now();
  renewAt = item ? shownAt + item.lease_s * 333 : Infinity;
  byId("once").checked = false;
  byId("note").value = "";
  showItem(item);
  performance.mark("comment shown");
  byId("none").hidden = Boolean(item);
  byId("none").textContent = answer.skipped
    ? `Nothing else waits here; you skipped ${count(answer.skipped, "text")}.`
    : "Nothing waits here. New comments appear by themselves.";
  byId("again").hidden = Boolean(item) || !answer.skipped;
  const { outcome } = answer;
  if (outcome) {
    const what = { allow: "Allowed", block: "Blocked", undo: "Taken back: the decision about" }[outcome.did];
    const about = outcome.comments > 1 ? count(outcome.comments, "comment") : outcome.id;
    byId("done").textContent = `${what} ${about}.${outcome.did === "undo" ? "" : " u takes it back."}`;
  }
  mark();
}

function mark() {
  for (const row of byId("rows").querySelectorAll("button")) row.setAttribute("aria-current", String(row.dataset.key === item?.key));
}

// One request at a time: a key that is pressed meanwhile would be about a comment nobody has seen.
// `unasked`, it leaves alone what the person is at.
async function act(path, body, unasked = false) {
  if (busy) return;
  busy = true;
  document.body.setAttribute("aria-busy", "true");
  try {
    turn(await post(path, body));
    state("ready", "ready");
    if (!unasked) {
      trouble("");
      extra = 0;
      byId("item").focus({ preventScroll: true });
      scrollTo(0, 0);
    }
  } catch (error) {
    refused(error);
    if (["decided", "not_claimed", "taken"].includes(error.reason)) {
      item = null;
      await post("api/next", { view: view() }).then(turn).catch(refused);
    }
  } finally {
    busy = false;
    document.body.setAttribute("aria-busy", "false");
  }
  if (hasToken()) look();
}

const doing = {
  allow: () => decide("allow"),
  block: () => decide("block"),
  skip: () => item && act("api/skip", { key: item.key, view: view() }),
  undo: () => act("api/undo"),
};

function decide(action) {
  if (!item) return;
  const note = byId("note").value.trim();
  act("api/decide", { key: item.key, id: item.id, action, once: byId("once").checked, note: note || null, view: view() });
}

// What waits. Texts beyond the first page are only added on request.
async function look(start = 0) {
  try {
    const found = await get("api/queue", { ...view(), start });
    me = found.me;
    if (!chosenOrder) byId("order").value = found.order;
    const { page } = found;
    byId("waiting").textContent = page.comments
      ? `${count(page.comments, "comment")} wait${page.comments === 1 ? "s" : ""}, the oldest ${age(page.oldest)}` : "nothing waits";
    showChoices(byId("community"), found.choices.communities, byId("community").value, "all", "(none)");
    showChoices(byId("rule"), found.choices.rules, byId("rule").value, "all", "(none)");
    byId("community").closest("label").hidden = found.own !== null;
    const rows = showRows(page.rows, item?.key, (key) => act("api/next", { key, view: view() }));
    if (start) byId("rows").append(...rows);
    else if (!extra) byId("rows").replaceChildren(...rows);
    extra = Math.max(extra, start);
    byId("more").hidden = start + page.rows.length >= page.texts || !page.rows.length;
    if (found.read !== null) state("busy", `reading the topics: ${count(found.read, "record")} so far`);
    else state("ready", "ready");
    if (found.textless && !page.comments) trouble(`${count(found.textless, "held comment")} came without text: workers need stream.carry_comment`);
    if (byId("log").open) showLog((await get("api/log")).rows, me);
  } catch (error) {
    refused(error);
  }
}

async function tick(isFirst = false) {
  clearTimeout(timer);
  if (!hasToken()) return;
  const isActive = !document.hidden && Date.now() - activeAt < IDLE_MS;
  if (isActive && !busy) {
    if (!item) await act("api/next", { view: view() }, !isFirst);
    else {
      if (Date.now() > renewAt) {
        renewAt = Date.now() + item.lease_s * 333;
        await post("api/renew", { key: item.key }).catch(async (error) => {
          refused(error);
          if (error.reason === "not_claimed") await act("api/next", { view: view() });
        });
      }
      await look();
    }
  }
  timer = setTimeout(tick, EVERY_MS);
}

async function start() {
  byId("sign-in").hidden = true;
  byId("desk").hidden = byId("leave").hidden = false;
  trouble("");
  await Promise.all([look(), tick(true)]);
}

byId("sign-in").addEventListener("submit", (event) => {
  event.preventDefault();
  keepToken(byId("token").value.trim());
  byId("token").value = "";
  start();
});
byId("leave").addEventListener("click", () => signedOut(""));
byId("again").addEventListener("click", () => act("api/next", { view: view(), again: true }));
byId("more").addEventListener("click", () => look(byId("rows").children.length));
byId("log").addEventListener("toggle", () => look());
byId("filters").addEventListener("submit", (event) => event.preventDefault());
for (const id of FILTERS) {
  byId(id).addEventListener("change", () => {
    extra = 0;
    chosenOrder ||= id === "order";
    act("api/next", { view: view() });
  });
}
for (const [id, run] of Object.entries(doing)) byId(id).addEventListener("click", run);
for (const kind of ["keydown", "pointermove", "scroll"]) addEventListener(kind, () => { activeAt = Date.now(); }, { passive: true });
addEventListener("keydown", (event) => {
  const isTyping = event.target.closest?.("input[type=text], input[type=password], select");
  if (event.key === "Escape" && isTyping) byId("item").focus();
  if (event.key === "Enter" && event.target.id === "note") byId("item").focus();
  if (isTyping || event.repeat || event.ctrlKey || event.metaKey || event.altKey || byId("desk").hidden) return;
  const key = event.key.toLowerCase();
  if (key === "o" && item) byId("once").checked = !byId("once").checked;
  else if (key === "n" && item) byId("note").focus();
  else if (KEYS[key]) {
    if (Date.now() - shownAt < SETTLE_MS) return;
    doing[KEYS[key]]();
  } else return;
  event.preventDefault();
});

if (hasToken()) start();
else byId("token").focus();
