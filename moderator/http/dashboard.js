// The worker's figures, from its own /metrics: rates over a sliding window, as `moderator top`.
"use strict";

const EVERY_MS = 2000, WINDOW_MS = 10000, POINTS = 150, HEARD_EVERY_MS = 30000;
const byId = (id) => document.getElementById(id);
const scrapes = [], course = [];
let paused = false, heardAt = 0;

function parse(page) {
  const samples = new Map();
  for (const line of page.split("\n")) {
    if (!line || line[0] === "#") continue;
    const brace = line.indexOf("{"), end = line.lastIndexOf("}");
    const name = line.slice(0, brace < 0 ? line.indexOf(" ") : brace);
    const value = Number(line.slice(line.lastIndexOf(" ") + 1).replace("+Inf", "Infinity"));
    const labels = {};
    if (brace >= 0)
      for (const [, key, text] of line.slice(brace + 1, end).matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g))
        labels[key] = text;
    if (!samples.has(name)) samples.set(name, new Map());
    samples.get(name).set(JSON.stringify(labels), { labels, value });
  }
  return samples;
}

// Rate of every series of a counter; one that fell began anew at 0.
function rates(before, now, name) {
  const seconds = Math.max((now.at - before.at) / 1000, 1e-9);
  return [...(now.samples.get(name) || [])].map(([key, { labels, value }]) => {
    const old = before.samples.get(name)?.get(key)?.value ?? 0;
    return { labels, rate: (value >= old ? value - old : value) / seconds };
  });
}

function grouped(series, label) {
  const sums = {};
  for (const { labels, rate } of series) sums[labels[label]] = (sums[labels[label]] || 0) + rate;
  return sums;
}

const total = (series) => series.reduce((sum, { rate }) => sum + rate, 0);

function quantile(q, series) {
  const sums = grouped(series, "le");
  const bounds = Object.keys(sums).map((le) => [le === "+Inf" ? Infinity : Number(le), sums[le]]);
  bounds.sort((a, b) => a[0] - b[0]);
  const all = bounds.length ? bounds[bounds.length - 1][1] : 0;
  if (!all) return null;
  const i = bounds.findIndex(([, count]) => count >= q * all);
  const [low, below] = i ? bounds[i - 1] : [0, 0];
  if (bounds[i][0] === Infinity) return i ? low : null;
  const inside = bounds[i][1] - below;
  return low + (bounds[i][0] - low) * (inside ? (q * all - below) / inside : 1);
}

function seconds(value) {
  if (value === null) return "–";
  if (value === 0) return "0 s";
  if (value < 1e-3) return `${Number((value * 1e6).toPrecision(3))} µs`;
  if (value < 1) return `${Number((value * 1e3).toPrecision(3))} ms`;
  if (value < 120) return `${Number(value.toPrecision(3))} s`;
  return value < 7200 ? `${Math.round(value / 60)} min` : `${(value / 3600).toFixed(1)} h`;
}

const number = (value) =>
  value.toLocaleString("en", { maximumFractionDigits: value < 100 ? 1 : 0, notation: value < 1e5 ? "standard" : "compact" });
const share = (value) => `${(value * 100).toFixed(1)} %`;

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
  return {
    comments: all,
    actions: grouped(comments, "action"),
    cached: all ? (grouped(comments, "source").cache || 0) / all : 0,
    p50: quantile(0.5, e2e), p95: quantile(0.95, e2e), p99: quantile(0.99, e2e),
    stages: Object.keys(counts).filter((stage) => counts[stage]).map((stage) => ({
      stage, mean: sums[stage] / counts[stage], busy: sums[stage],
      p95: quantile(0.95, buckets.filter((s) => s.labels.stage === stage)),
    })).sort((a, b) => b.busy - a.busy),
    partitions: gauge("moderator_consumer_lag_messages").map(({ labels, value }) => ({
      partition: labels.partition, lag: value, oldest: oldest.get(labels.partition) || 0,
    })).sort((a, b) => b.lag - a.lag || a.partition - b.partition),
    caches: of("moderator_cache_requests_total"),
    up: gauge("moderator_cache_up").every((s) => s.value === 1),
    dead: total(of("moderator_dead_letters_total")),
    process: [
      ["CPU cores", total(of("process_cpu_seconds_total")).toFixed(2)],
      ["memory", `${Math.round(gauge("process_resident_memory_bytes").reduce((a, s) => a + s.value, 0) / 2 ** 20)} MiB`],
      ["judged without a scorer, a second", number(total(of("moderator_comments_degraded_total")))],
      ["errors of scorers, a second", number(total(of("moderator_scorer_errors_total")))],
      ["errors of the cache, a second", number(total(of("moderator_cache_errors_total")))],
      ["retries a second", number(total(of("moderator_retries_total")))],
    ],
    versions: gauge("moderator_build_info").filter((s) => s.labels.component !== "policy")
      .map((s) => `${s.labels.name} ${s.labels.version}`).join(" · "),
  };
}

function put(id, text, bad = false) {
  const element = byId(id);
  element.textContent = text;
  element.classList.toggle("bad", bad);
}

function rows(id, lines) {
  byId(id).replaceChildren(...lines.map((cells) => {
    const row = document.createElement("tr");
    row.append(...cells.map((text, i) => {
      const cell = document.createElement(i ? "td" : "th");
      if (!i) cell.scope = "row";
      cell.textContent = text;
      return cell;
    }));
    return row;
  }));
}

function chart(id, layers, top, label) {
  const step = 600 / (Math.max(30, course.length) - 1), height = (value) => (158 - (top ? (value / top) * 150 : 0)).toFixed(1);
  const x = (i, length) => (600 - (length - 1 - i) * step).toFixed(1);
  byId(id).replaceChildren(...layers.map(({ name, kind, upper, lower }) => {
    const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
    const up = upper.map((value, i) => `${x(i, upper.length)},${height(value)}`);
    const down = (lower || []).map((value, i) => `${x(i, lower.length)},${height(value)}`).reverse();
    path.setAttribute("d", up.length ? `M${[...up, ...down].join("L")}${lower ? "Z" : ""}` : "");
    path.setAttribute("class", `${kind} ${name}`);
    return path;
  }));
  byId(id).setAttribute("aria-label", label);
}

function show(found) {
  put("comments", number(found.comments));
  put("p99", seconds(found.p99), found.p99 > 1);
  put("lag", number(found.partitions.reduce((sum, p) => sum + p.lag, 0)));
  const oldest = Math.max(0, ...found.partitions.map((p) => p.oldest));
  put("oldest", seconds(oldest), oldest > 10);
  put("cached", share(found.cached));
  put("dead", number(found.dead), found.dead > 0);
  byId("versions").textContent = found.versions;
  rows("stages", found.stages.map((s) => [s.stage, seconds(s.mean), seconds(s.p95), share(s.busy)]));
  rows("partitions", found.partitions.slice(0, 32).map((p) => [p.partition, number(p.lag), seconds(p.oldest)]));
  const caches = [...new Set(found.caches.map((s) => s.labels.cache))];
  rows("caches", caches.map((cache) => {
    const results = grouped(found.caches.filter((s) => s.labels.cache === cache), "result");
    const left = cache === "redis" && !found.up ? " (left alone)" : "";
    return [cache + left, number(results.hit || 0), number(results.miss || 0), number((results.error || 0) + (results.open || 0))];
  }));
  rows("process", found.process);

  const stacked = course.map(({ actions }) => {
    const block = actions.block || 0, review = block + (actions.review || 0);
    return { none: 0, block, review, allow: review + (actions.allow || 0) };
  });
  const layer = (name, under) => ({ name, kind: "area", upper: stacked.map((s) => s[name]), lower: stacked.map((s) => s[under]) });
  const most = Math.max(...stacked.map((s) => s.allow));
  const mix = ["allow", "review", "block"].map((a) => `${a} ${share(found.comments ? (found.actions[a] || 0) / found.comments : 0)}`).join(", ");
  chart("actions", [layer("allow", "review"), layer("review", "block"), layer("block", "none")], most, `Comments a second: now ${number(found.comments)}; ${mix}`);
  byId("actions-scale").textContent = `top ${number(most)} a second · now ${mix}`;
  const slowest = Math.max(...course.map((c) => c.p99 || 0));
  chart("latency", ["p50", "p95", "p99"].map((name) => ({ name, kind: "line", upper: course.map((c) => c[name] || 0) })), slowest, `End to end: median ${seconds(found.p50)}, 95th percentile ${seconds(found.p95)}, 99th ${seconds(found.p99)}`);
  byId("latency-scale").textContent = `top ${seconds(slowest)} · now p50 ${seconds(found.p50)}, p95 ${seconds(found.p95)}, p99 ${seconds(found.p99)}`;
  if (Date.now() - heardAt > HEARD_EVERY_MS) {
    heardAt = Date.now();
    byId("summary").textContent = `${number(found.comments)} comments a second, ${mix}, 99th percentile ${seconds(found.p99)}`;
  }
}

function state(name, text) {
  const element = byId("state");
  if (element.textContent !== text) element.textContent = text;
  element.dataset.state = name;
}

async function look() {
  try {
    const [page, ready] = await Promise.all([fetch("metrics", { cache: "no-store" }), fetch("readyz", { cache: "no-store" })]);
    if (!page.ok) throw new Error(page.status);
    const now = { at: performance.now(), samples: parse(await page.text()) };
    const reason = (await ready.text()).trim();
    scrapes.push(now);
    while (scrapes.length > 2 && now.at - scrapes[1].at >= WINDOW_MS) scrapes.shift();
    const found = figures(scrapes[0], now);
    if (scrapes.length > 1) course.push(found);
    if (course.length > POINTS) course.shift();
    if (course.length) show(found);
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

function theme(name) {
  document.documentElement.dataset.theme = name;
  byId("theme").textContent = name === "dark" ? "Light" : "Dark";
}
const preferred = matchMedia("(prefers-color-scheme: dark)");
preferred.addEventListener("change", () => theme(preferred.matches ? "dark" : "light"));
byId("theme").addEventListener("click", () => theme(document.documentElement.dataset.theme === "dark" ? "light" : "dark"));
theme(preferred.matches ? "dark" : "light");
run();
