// Charts over the last ten minutes: lines or stacked areas, with a grid, an axis and times.

const SPAN_MS = 600000, WIDTH = 600, HEIGHT = 160, TICKS = 2;

// The least of 1, 2, 5 times a power of ten that nothing exceeds.
function ceiling(most) {
  if (!(most > 0)) return 1;
  const unit = 10 ** Math.floor(Math.log10(most));
  return [1, 2, 5, 10].find((step) => step * unit >= most) * unit;
}

function element(name, attributes) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

function ticks(name, texts) {
  const axis = document.createElement("div");
  axis.className = name;
  axis.setAttribute("aria-hidden", "true");
  axis.append(...texts.map((text) => Object.assign(document.createElement("span"), { textContent: text })));
  return axis;
}

const clock = (at) => new Date(at).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hour12: false });

// `layers`: {name, kind: "line" | "area", upper, lower}, values by point; null is a gap.
export function chart(place, points, layers, format, said) {
  const end = points.length ? points[points.length - 1].at_ms : Date.now();
  const top = ceiling(Math.max(0, ...layers.flatMap(({ upper }) => upper.map((v) => v ?? 0))));
  const x = (i) => (WIDTH - ((end - points[i].at_ms) / SPAN_MS) * WIDTH).toFixed(1);
  const y = (value) => (HEIGHT - 1 - (value / top) * (HEIGHT - 2)).toFixed(1);
  const svg = element("svg", {
    role: "img", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "none", "aria-label": said,
  });
  for (let tick = 0; tick <= TICKS; tick++)
    svg.append(element("path", { class: "grid", d: `M0,${y((top * tick) / TICKS)}H${WIDTH}` }));
  for (const { name, kind, upper, lower } of layers) {
    let d = "", pen = "M";
    upper.forEach((value, i) => {
      if (value === null) pen = "M";
      else { d += `${pen}${x(i)},${y(value)}`; pen = "L"; }
    });
    if (lower && d) d += lower.map((value, i) => `L${x(i)},${y(value)}`).reverse().join("") + "Z";
    svg.append(element("path", { class: `${kind} ${name}`, d }));
  }
  const heights = Array.from({ length: TICKS + 1 }, (_, i) => format((top * (TICKS - i)) / TICKS));
  const times = [1, 0.5, 0].map((part) => clock(end - part * SPAN_MS));
  const text = Object.assign(document.createElement("p"), { className: "said", textContent: said });
  text.setAttribute("aria-hidden", "true");
  place.replaceChildren(ticks("y", heights), svg, ticks("x", times), text);
}
