// Requests to the server, with the person's token. It stays in this tab's memory of the session.

const kept = sessionStorage;
if (!kept.getItem("tab")) kept.setItem("tab", crypto.getRandomValues(new Uint32Array(4)).join("-").slice(0, 40));

export const hasToken = () => Boolean(kept.getItem("token"));
export const keepToken = (token) => kept.setItem("token", token);
export const forgetToken = () => kept.removeItem("token");

// Why the server refused; `status` is 0 if it did not answer.
export class Refused extends Error {
  constructor(status, reason, detail) {
    super(detail);
    this.status = status;
    this.reason = reason;
  }
}

async function answered(path, options) {
  let answer;
  try {
    const headers = { Authorization: `Bearer ${kept.getItem("token")}`, ...options.headers };
    answer = await fetch(path, { ...options, headers, cache: "no-store" });
  } catch {
    throw new Refused(0, "no_answer", "the server does not answer");
  }
  if (answer.status === 204) return null;
  const body = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Refused(answer.status, body.reason, body.detail || `status ${answer.status}`);
  return body;
}

export const get = (path, query = {}) => {
  const given = Object.entries(query).filter(([, value]) => value !== null && value !== undefined);
  return answered(`${path}?${new URLSearchParams(given)}`, {});
};

export const post = (path, body = {}) => answered(path, {
  method: "POST",
  headers: { "Content-Type": "application/json" },
  body: JSON.stringify({ tab: kept.getItem("tab"), ...body }),
});
