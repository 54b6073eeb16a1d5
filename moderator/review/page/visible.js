// Text of strangers as nodes: only ever text, and what cannot be seen or would steer is made visible.

const ODD = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\u{1d173}-\u{1d17a}\u{e0000}-\u{e0fff}]/u;
const JOINERS = /[\u200c\u200d]/, ASCII = /^[\u0000-\u007f]?$/;
const NAMES = {
  0x1b: "escape", 0xad: "soft hyphen", 0x200b: "zero-width space", 0x200c: "zero-width non-joiner",
  0x200d: "zero-width joiner", 0x200e: "left-to-right mark", 0x200f: "right-to-left mark",
  0x202a: "left-to-right embedding", 0x202b: "right-to-left embedding", 0x202c: "end of embedding",
  0x202d: "left-to-right override", 0x202e: "right-to-left override", 0x2066: "left-to-right isolate",
  0x2067: "right-to-left isolate", 0x2068: "first strong isolate", 0x2069: "end of isolate",
  0xfeff: "zero-width no-break space",
};

function isOdd(points, at) {
  // Joiners belong to emoji and to some scripts; between Latin letters they only hide something.
  if (JOINERS.test(points[at])) return ASCII.test(points[at - 1] ?? "") && ASCII.test(points[at + 1] ?? "");
  return ODD.test(points[at]);
}

function odd(point) {
  const code = point.codePointAt(0);
  const shown = document.createElement("span");
  shown.className = "odd";
  const name = `U+${code.toString(16).toUpperCase().padStart(4, "0")}`;
  shown.textContent = name;
  shown.title = NAMES[code] ? `${name}, ${NAMES[code]}` : name;
  return shown;
}

// Put `text` into `element`; `spans` are [start, end, category], in code points, and are marked.
export function show(element, text, spans = []) {
  const points = Array.from(text);
  const categories = new Array(points.length).fill("");
  for (const [start, end, category] of spans) categories.fill(category, start, end);
  element.replaceChildren();
  let into = element, plain = "";
  const flush = () => {
    if (plain) into.append(document.createTextNode(plain));
    plain = "";
  };
  points.forEach((point, at) => {
    if (at === 0 || categories[at] !== categories[at - 1]) {
      flush();
      into = element;
      if (categories[at]) {
        into = document.createElement("mark");
        into.title = categories[at];
        element.append(into);
      }
    }
    if (isOdd(points, at)) {
      flush();
      into.append(odd(point));
    } else plain += point;
  });
  flush();
}
