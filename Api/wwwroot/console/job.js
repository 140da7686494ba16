// One job: where its time went, what it found.

import {$, h, text} from './dom.js';
import {call, events, get} from './api.js';
import {integer, moment, percent, seconds, words} from './format.js';

let stop = null;

/** The job's states as they come; the last one has ended. */
export async function* follow(id, signal) {
  for await (const {event, data} of events(`/compute/${id}/events`, {signal})) {
    yield data;
    if (event === 'done') return;
  }
}

/** What a job found, as nodes. */
export function result(job) {
  if (job.error) return [h('p', {class: 'problem'}, job.error)];
  const found = job.result;
  if (!found) return [];
  if (found.factors) return factors(job.number, found);
  if ('prime' in found) return [h('p', {class: 'answer'}, found.prime ? 'It is prime' : 'It is not prime', h('small', {}, ` ${found.proof}`))];
  if (found.digits) return factorial(job, found);
  return [h('p', {class: 'answer long'}, found.value)];
}

function factors(number, found) {
  const terms = found.factors.flatMap(({prime, exponent}, i) => [
    i > 0 ? h('span', {class: 'times'}, '×') : null,
    h('span', {class: 'prime', title: `${integer(prime.length)} digits`}, prime, exponent > 1 ? h('sup', {}, String(exponent)) : null),
  ]);
  if (found.cofactor) terms.push(h('span', {class: 'times'}, '×'), h('span', {class: 'prime open'}, found.cofactor));
  const product = found.factors.reduce((all, {prime, exponent}) => all * BigInt(prime) ** BigInt(exponent), BigInt(found.cofactor ?? 1));
  const right = product === BigInt(number ?? product);
  const note = found.factors.length === 0 ? 'No prime factors.'
    : found.cofactor ? 'The part in dashes could not be split in time.'
      : right ? 'Multiplied back in this browser: it is the number.' : 'Multiplied back in this browser: it is NOT the number.';
  return [h('p', {class: 'answer long'}, ...terms), h('p', {class: right ? 'note good' : 'problem'}, note)];
}

function factorial(job, found) {
  return [
    h('p', {class: 'answer long'}, found.value ? found.value.length > 2000 ? `${found.value.slice(0, 2000)}…` : found.value : `${job.number}!`),
    h('p', {class: 'note'}, `${integer(found.digits)} digits, SHA-256 ${found.sha256.slice(0, 16)}…`),
  ];
}

export function closeJob() {
  stop?.abort();
  stop = null;
  $('job').replaceChildren();
}

export async function openJob(id) {
  closeJob();
  stop = new AbortController();
  const {signal} = stop;
  document.title = `Job ${id} · Turnstile`;
  const page = h('div', {});
  $('job').append(h('p', {class: 'back'}, h('a', {href: '#/'}, '← Overview')), page);
  try {
    let job = await get(`/compute/${id}`, {signal});
    draw(page, job);
    if (job.finished_at) return;
    for await (const state of follow(id, signal)) {
      job = state.submitted_at ? state : {...await get(`/compute/${id}`, {signal}), progress: state.progress ?? job.progress};
      draw(page, job);
    }
  } catch (problem) {
    if (problem.name !== 'AbortError') page.replaceChildren(h('h1', {}, `Job ${id}`), h('p', {class: 'problem', role: 'alert'}, problem.message));
  }
}

function draw(page, job) {
  const open = !job.finished_at;
  page.replaceChildren(
    h('header', {class: 'job-head'},
      h('h1', {}, 'Job ', h('code', {}, job.id)),
      h('span', {class: `status ${job.status}`}, job.status),
      open ? h('button', {type: 'button', class: 'quiet', onclick: e => cancel(e.target, job.id)}, 'Cancel') : null),
    h('p', {class: 'lead'}, words[job.operation], ' ', h('span', {class: 'long'}, job.number),
      h('small', {}, ` ${integer(job.number.length)} digits`)),
    timeline(job),
    h('section', {class: 'card', 'aria-label': 'Result'}, h('header', {}, h('h2', {}, 'Result')),
      ...(job.result || job.error ? result(job) : [h('p', {class: 'empty'}, waiting(job))])),
    facts(job));
}

function waiting(job) {
  if (job.status === 'running') return `At work: ${percent(job.progress)} done.`;
  if (!job.wait) return 'It waits for its turn.';
  const place = `It is number ${integer(job.wait.position)} of its caller's queue`;
  return job.wait.estimate_seconds ? `${place}; about ${seconds(job.wait.estimate_seconds)} to go.` : `${place}.`;
}

/** How the time from submission to the end divides into waiting and running. */
function timeline(job) {
  const submitted = new Date(job.submitted_at);
  const end = job.finished_at ? new Date(job.finished_at) : new Date();
  const started = job.started_at ? new Date(job.started_at) : end;
  const wait = Math.max(0, (started - submitted) / 1000);
  const run = Math.max(0, (end - started) / 1000);
  // Both parts stay visible, however short one of them is.
  const grow = (node, part) => {
    node.style.flexGrow = String(Math.max(part, (wait + run) * 0.14, 0.001));
    return node;
  };
  const waited = grow(h('span', {class: 'waited'}, h('b', {}, seconds(wait)), ' waiting'), wait);
  const ran = grow(h('span', {class: `ran ${job.status}`}, h('b', {}, seconds(run)), job.finished_at ? ' running' : ' running so far'), run);
  return h('section', {class: 'timeline', 'aria-label': 'Timeline'},
    h('div', {class: 'spans'}, waited, job.started_at ? ran : null),
    h('ol', {},
      grow(h('li', {}, 'Submitted', h('time', {}, moment(submitted))), wait),
      job.started_at ? grow(h('li', {}, 'First slice', h('time', {}, moment(started))), run) : null,
      job.finished_at ? h('li', {}, job.status[0].toUpperCase() + job.status.slice(1), h('time', {}, moment(end))) : null));
}

function facts(job) {
  const line = (name, value) => [h('dt', {}, name), h('dd', {}, value)];
  return h('dl', {class: 'facts'},
    ...line('Caller', job.caller),
    ...line('CPU time', seconds(job.cpu_seconds)),
    ...line('Attempts', integer(job.attempts)),
    ...line('Priority', String(job.priority)),
    ...line('Progress', percent(job.status === 'done' ? 1 : job.progress)));
}

async function cancel(button, id) {
  button.disabled = true;
  try {
    await call('DELETE', `/compute/${id}`);
  } catch (problem) {
    text(button, problem.message);
  }
}
