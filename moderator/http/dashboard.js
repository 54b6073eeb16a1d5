// The worker's figures: now from its /metrics, the last ten minutes from its /recent.
import { chart } from "./charts.js";
import { grouped, number, parse, quantile, rates, seconds, share, total } from "./metrics.js";

const EVERY_MS = 2000, WINDOW_MS = 10000, HEARD_EVERY_MS = 30000, PARTITIONS = 16;
const STAGES = ["decode", "cache_get", "normalise", "score", "decide", "cache_set", "publish"];
const ACTIONS = ["allow", "review", "block"];
const byId = (id) => document.getElementById(id);
const scrapes = [];
let paused = false, heardAt = 0;

function figures(before, now) {
  const of = (name) => rates(before, now, name);
  const gauge = (name) => [...(now.samples.get(name)?.values() || [])];
  const comments = of("moderator_comments_total");
  const e2e = of("moderator_end_to_end_seconds_bucket");
  const sums = grouped(of("moderator_stage_seconds_sum"), "stage");
  const counts = grouped(of("moderator_stage_seconds_count"), "stage");
  const buckets = of("moderator_stage_seconds_bucket");
  const oldest = new Map(gauge("moderator_oldest_unprocessed_seconds").map((s) => [s.labels.partition, s.value]));
  const all = total(comments);
  const up = gauge("moderator_cache_up").filter((s) => s.labels.cache === "redis");
  const order = (stage) => {
    const place = STAGES.indexOf(stage);
    return place < 0 ? STAGES.indexOf("score") + 0.5 : place;
  };
  return {
    comments: all,
    actions: grouped(comments, "action"),
    cached: all ? (grouped(comments, "source").cache || 0) / all : 0,
    p50: quantile(0.5, e2e), p95: quantile(0.95, e2e), p99: quantile(0.99, e2e),
    stages: Object.keys(counts).filter((stage) => counts[stage]).map((stage) => ({
      stage, mean: sums[stage] / counts[stage], busy: sums[stage],
      p95: quantile(0.95, buckets.filter((s) => s.labels.stage === stage)),
    })).sort((a, b) => order(a.stage) - order(b.stage) || a.stage.localeCompare(b.stage)),
    partitions: gauge("moderator_consumer_lag_messages").map(({ labels, value }) => ({
      partition: Number(labels.partition), lag: value, oldest: oldest.get(labels.partition) || 0,
    })),
    oldest: Math.max(0, ...oldest.values()),
    caches: of("moderator_cache_requests_total"),
    redis: up.length ? up.every((s) => s.value === 1) : null,
    cause: gauge("moderator_cache_failing").find((s) => s.value)?.labels.cause,
    halted: gauge("moderator_halted").some((s) => s.value),
    held: gauge("moderator_held_partitions").reduce((sum, s) => sum + s.value, 0),
    dead: total(of("moderator_dead_letters_total")),
    degraded: total(of("moderator_comments_degraded_total")),
    scorerErrors: total(of("moderator_scorer_errors_total")),
    cacheErrors: total(of("moderator_cache_errors_total")),
    retries: total(of("moderator_retries_total")),
    cores: total(of("process_cpu_seconds_total")),
    memory: gauge("process_resident_memory_bytes").reduce((a, s) => a + s.value, 0),
    versions: gauge("moderator_build_info").filter((s) => ["package", "stage"].includes(s.labels.component))
      .map((s) => `${s.labels.name} ${s.labels.version}`).join(" · "),
  };
}

// What fails now, and the section of the runbook about it.
function troubles(found) {
  return [
    [found.halted, "No comments are taken: too many became dead letters", "moderatorhalted"],
    [found.held, `${found.held} partitions are held until somebody decides`, "moderatorpartitionheld"],
    [found.oldest > 60, `A comment has waited ${seconds(found.oldest)} for its verdict`, "moderatoroldestcommenttooold"],
    [found.redis === false, `Redis fails (${found.cause || "unknown cause"}): comments are judged without it`, "moderatorcachedown"],
    [found.redis && found.cacheErrors, `Redis refuses ${number(found.cacheErrors)} commands a second`, "moderatorcacherefuses"],
    [found.scorerErrors, `A scorer fails for ${number(found.scorerErrors)} texts a second`, "moderatorscorerfailing"],
    [found.dead, `${number(found.dead)} records a second become dead letters`, "moderatordeadletters"],
  ].filter(([fails]) => fails);
}

function put(id, text, bad = false) {
  const element = byId(id);
  element.textContent = text;
  element.classList.toggle("bad", Boolean(bad));
}

// A name that may be broken after each of its underscores.
const breakable = (name) => name.split(/(?<=_)/).flatMap((part, i) => (i ? [document.createElement("wbr"), part] : [part]));

// Rows of cells; a cell is a text, or [text, whether it is bad].
function rows(id, lines) {
  const shown = lines.length ? lines : [["none yet"]];
  byId(id).replaceChildren(...shown.map((cells) => {
    const row = document.createElement("tr");
    row.append(...cells.map((cell, i) => {
      const [text, bad] = Array.isArray(cell) ? cell : [cell, false];
      const made = document.createElement(i ? "td" : "th");
      if (!i) made.scope = "row";
      made.append(...(i ? [text] : breakable(text)));
      made.classList.toggle("bad", Boolean(bad));
      made.classList.toggle("none", !lines.length);
      return made;
    }));
    return row;
  }));
}

const mixOf = (found) => ACTIONS.map((a) => `${a} ${share(found.comments ? (found.actions[a] || 0) / found.comments : 0)}`).join(", ");

function show(found) {
  put("comments", number(found.comments));
  put("review", number(found.actions.review || 0));
  put("p99", seconds(found.p99), found.p99 > 1);
  put("lag", number(found.partitions.reduce((sum, p) => sum + p.lag, 0)));
  put("oldest", seconds(found.oldest), found.oldest > 10);
  put("cached", share(found.cached));
  put("redis", found.redis === null ? "not used" : found.redis ? "in use" : "fails", found.redis === false);
  put("dead", number(found.dead), found.dead);
  byId("versions").textContent = found.versions;
  byId("trouble").replaceChildren(...troubles(found).map(([, text, section]) => {
    const item = document.createElement("li");
    const link = Object.assign(document.createElement("a"), { href: `runbook#${section}`, textContent: "what to do" });
    item.append(`${text}: `, link);
    return item;
  }));
  rows("stages", found.stages.map((s) => [s.stage.replace(/^scorer_/, ""), seconds(s.mean), seconds(s.p95), share(s.busy)]));
  const behind = [...found.partitions].sort((a, b) => b.lag - a.lag).slice(0, PARTITIONS);
  behind.sort((a, b) => a.partition - b.partition);
  const left = found.partitions.length - behind.length;
  byId("shown").textContent = left ? `(${behind.length} of ${found.partitions.length}, the furthest behind)` : "";
  rows("partitions", behind.map((p) => [String(p.partition), number(p.lag), [seconds(p.oldest), p.oldest > 10]]));
  const caches = [...new Set(found.caches.map((s) => s.labels.cache))].sort();
  rows("caches", caches.map((cache) => {
    const results = grouped(found.caches.filter((s) => s.labels.cache === cache), "result");
    const failed = (results.error || 0) + (results.open || 0);
    return [cache, number(results.hit || 0), number(results.miss || 0), [number(failed), failed]];
  }));
  rows("process", [
    ["CPU cores", found.cores.toFixed(2)],
    ["memory", `${Math.round(found.memory / 2 ** 20)} MiB`],
    ["judged without a scorer, a second", [number(found.degraded), found.degraded]],
    ["errors of scorers, a second", [number(found.scorerErrors), found.scorerErrors]],
    ["errors of the cache, a second", [number(found.cacheErrors), found.cacheErrors]],
    ["retries a second", [number(found.retries), found.retries]],
  ]);
  if (Date.now() - heardAt > HEARD_EVERY_MS) {
    heardAt = Date.now();
    byId("summary").textContent = `${number(found.comments)} comments a second, ${mixOf(found)}, 99th percentile ${seconds(found.p99)}`;
  }
}

function showCourse({ points, counted_s: counted, top }, found) {
  const stacked = points.map(({ actions }) => {
    const block = actions.block || 0, review = block + (actions.review || 0);
    return { none: 0, block, review, allow: review + (actions.allow || 0) };
  });
  const layer = (name, under) => ({ name, kind: "area", upper: stacked.map((s) => s[name]), lower: stacked.map((s) => s[under]) });
  chart(byId("actions"), points, [layer("allow", "review"), layer("review", "block"), layer("block", "none")], number,
    `now ${number(found.comments)} a second: ${mixOf(found)}`);
  chart(byId("latency"), points, ["p50", "p95", "p99"].map((name) => ({ name, kind: "line", upper: points.map((p) => p[name]) })), seconds,
    `now: median ${seconds(found.p50)}, 95th percentile ${seconds(found.p95)}, 99th ${seconds(found.p99)}`);
  chart(byId("backlog"), points, [{ name: "lag", kind: "area", upper: points.map((p) => p.lag), lower: points.map(() => 0) }], number,
    `now ${number(points.at(-1)?.lag ?? 0)} comments wait, the oldest ${seconds(points.at(-1)?.oldest_s ?? 0)}`);
  for (const span of document.querySelectorAll(".span")) span.textContent = `, last ${counted < 90 ? seconds(Math.round(counted)) : `${Math.round(counted / 60)} min`}`;
  for (const [name, ranked] of Object.entries(top)) rows(name, ranked.map(([row, count]) => [row, number(count)]));
}

function state(name, text) {
  const element = byId("state");
  if (element.textContent !== text) element.textContent = text;
  element.dataset.state = name;
}

async function look() {
  try {
    const ask = (path) => fetch(path, { cache: "no-store" });
    const [page, ready, recent] = await Promise.all([ask("metrics"), ask("readyz"), ask("recent")]);
    if (!page.ok || !recent.ok) throw new Error("refused");
    const now = { at: performance.now(), samples: parse(await page.text()) };
    const reason = (await ready.text()).trim();
    scrapes.push(now);
    while (scrapes.length > 2 && now.at - scrapes[1].at >= WINDOW_MS) scrapes.shift();
    const found = figures(scrapes[0], now);
    if (scrapes.length > 1) show(found);
    showCourse(await recent.json(), found);
    state(ready.ok ? "ready" : "away", ready.ok ? "ready" : `not ready: ${reason}`);
  } catch {
    scrapes.length = 0;
    state("away", "the worker does not answer");
  }
}

async function run() {
  if (!paused) await look();
  setTimeout(run, EVERY_MS);
}

byId("pause").addEventListener("click", () => {
  paused = !paused;
  scrapes.length = 0;
  byId("pause").setAttribute("aria-pressed", paused);
});

run();
