// Prometheus's text format read in the browser: rates and percentiles as `moderator top` has them.

export function parse(page) {
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
export function rates(before, now, name) {
  const seconds = Math.max((now.at - before.at) / 1000, 1e-9);
  return [...(now.samples.get(name) || [])].map(([key, { labels, value }]) => {
    const old = before.samples.get(name)?.get(key)?.value ?? 0;
    return { labels, rate: (value >= old ? value - old : value) / seconds };
  });
}

export function grouped(series, label) {
  const sums = {};
  for (const { labels, rate } of series) sums[labels[label]] = (sums[labels[label]] || 0) + rate;
  return sums;
}

export const total = (series) => series.reduce((sum, { rate }) => sum + rate, 0);

export function quantile(q, series) {
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

export function seconds(value) {
  if (value === null) return "–";
  if (value === 0) return "0 s";
  if (value < 1e-3) return `${Number((value * 1e6).toPrecision(3))} µs`;
  if (value < 1) return `${Number((value * 1e3).toPrecision(3))} ms`;
  if (value < 120) return `${Number(value.toPrecision(3))} s`;
  return value < 7200 ? `${Math.round(value / 60)} min` : `${(value / 3600).toFixed(1)} h`;
}

export const number = (value) =>
  value.toLocaleString("en", { maximumFractionDigits: value < 100 ? 1 : 0, notation: value < 1e5 ? "standard" : "compact" });
export const share = (value) => `${(value * 100).toFixed(1)} %`;
