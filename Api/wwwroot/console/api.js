// Asks the API, with the key of this tab where one is needed.

const STORED = 'turnstile.key';
let onRefused = () => {};

export const hasKey = () => sessionStorage.getItem(STORED) !== null;

export function setKey(key) {
  if (key) sessionStorage.setItem(STORED, key);
  else sessionStorage.removeItem(STORED);
}

/** Called whenever an answer is 401 with the key that the tab has, or with none while it has none. */
export function whenRefused(callback) {
  onRefused = callback;
}

/** What the API answered other than well: the problem's text, its fields, its status. */
export class Problem extends Error {
  constructor(status, body, retryAfter) {
    const fields = Object.entries(body?.errors ?? {}).map(([field, reasons]) => `${field}: ${reasons.join(' ')}`);
    super(fields.join(' ') || body?.detail || body?.title || `The service answered ${status}.`);
    this.status = status;
    this.retryAfter = retryAfter;
  }
}

export async function call(method, path, {body, caller, signal, accept} = {}) {
  const headers = {Accept: accept ?? 'application/json'};
  const key = sessionStorage.getItem(STORED);
  if (key) headers.Authorization = `Bearer ${key}`;
  if (caller) headers['X-Caller-ID'] = caller;
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  const response = await fetch(path, {
    method, headers, signal, body: body === undefined ? undefined : JSON.stringify(body), cache: 'no-store',
  });
  // An answer to the key of before says nothing of the one there is now.
  if (response.status === 401 && key === sessionStorage.getItem(STORED)) onRefused(key !== null);
  if (!response.ok) {
    const problem = await response.json().catch(() => null);
    throw new Problem(response.status, problem, Number(response.headers.get('Retry-After')) || null);
  }
  return response;
}

export const get = async (path, options) => (await call('GET', path, options)).json();

export const post = async (path, body, options) => (await call('POST', path, {...options, body})).json();

/**
 * Server-sent events. EventSource cannot send a key, so the stream is read by hand: yields {event, data}.
 */
export async function* events(path, options) {
  const response = await call('GET', path, {...options, accept: 'text/event-stream'});
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  try {
    while (true) {
      const {value, done} = await reader.read();
      if (done) return;
      rest += value;
      const blocks = rest.split('\n\n');
      rest = blocks.pop();
      for (const block of blocks) {
        let event = 'message';
        const data = [];
        for (const line of block.split('\n')) {
          if (line.startsWith('event:')) event = line.slice(6).trim();
          else if (line.startsWith('data:')) data.push(line.slice(5).trimStart());
        }
        if (data.length > 0) yield {event, data: JSON.parse(data.join('\n'))};
      }
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}
