// Submits a number and follows what becomes of it.

import {$, h, text} from './dom.js';
import {post} from './api.js';
import {integer} from './format.js';
import {follow, result} from './job.js';

const STORED = 'turnstile.caller';
let stop = null;

$('caller').value = sessionStorage.getItem(STORED) ?? 'console';
$('caller').addEventListener('change', () => sessionStorage.setItem(STORED, $('caller').value.trim()));

function countDigits() {
  const digits = $('number').value.replace(/\s/g, '').length;
  text($('digits'), digits > 0 ? `${integer(digits)} ${digits === 1 ? 'digit' : 'digits'}` : '');
}

$('number').addEventListener('input', countDigits);
$('number').addEventListener('keydown', e => {
  if (e.key === 'Enter' && !e.shiftKey) {
    e.preventDefault();
    $('submit').requestSubmit();
  }
});
countDigits();

$('submit').addEventListener('submit', async e => {
  e.preventDefault();
  text($('submit-problem'), '');
  try {
    const job = await post(
      '/compute',
      {number: $('number').value.replace(/\s/g, ''), operation: $('operation').value},
      {caller: $('caller').value.trim()});
    watch(job);
  } catch (problem) {
    text($('submit-problem'), problem.message);
  }
});

async function watch(job) {
  stop?.abort();
  stop = new AbortController();
  const status = h('span', {class: `status ${job.status}`}, job.status);
  const bar = h('span', {class: 'fill'});
  const body = h('div', {class: 'result'});
  $('followed').replaceChildren(h('div', {class: 'followed'},
    h('p', {}, h('a', {href: `#/jobs/${job.id}`}, `Job ${job.id.slice(-8)}`), ' ', status),
    h('span', {class: 'track'}, bar),
    body));
  try {
    for await (const state of follow(job.id, stop.signal)) {
      status.className = `status ${state.status}`;
      text(status, state.status);
      bar.style.width = state.status === 'done' ? '100%' : `${(state.progress ?? 0) * 100}%`;
      if (state.result || state.error) body.replaceChildren(...result(state));
    }
  } catch (problem) {
    if (problem.name !== 'AbortError') text($('submit-problem'), problem.message);
  }
}
