// The jobs submitted last.

import {$, h, keyed, show, text} from './dom.js';
import {get} from './api.js';
import {onOverview} from './feed.js';
import {age, brief, integer, seconds, words} from './format.js';

const OWN_EVERY = 3;
let overviews = 0;

function row() {
  const link = h('a', {});
  const number = h('td', {class: 'number'});
  const caller = h('td', {});
  const status = h('td', {});
  const cpu = h('td', {class: 'n'});
  const since = h('td', {class: 'n'});
  return {
    node: h('tr', {}, h('th', {scope: 'row'}, link), number, caller, status, cpu, since),
    update(job) {
      link.href = `#/jobs/${job.id}`;
      text(link, job.id.slice(-8));
      link.setAttribute('aria-label', `Job ${job.id}`);
      const digits = job.digits ?? job.number.length;
      text(number, brief(job.number));
      number.title = `${words[job.operation]}, ${integer(digits)} digits`;
      text(caller, job.caller);
      const running = job.status === 'running';
      const shown = running && job.progress > 0 ? `running ${Math.floor(job.progress * 100)} %` : job.status;
      if (status.dataset.shown !== shown) {
        status.dataset.shown = shown;
        status.replaceChildren(h('span', {class: `status ${job.status}`}, shown));
      }
      text(cpu, job.cpu_seconds > 0 ? seconds(job.cpu_seconds) : '–');
      text(since, age((Date.now() - new Date(job.submitted_at)) / 1000));
    },
  };
}

function draw(jobs) {
  show($('latest-empty'), jobs.length === 0);
  keyed($('latest'), jobs, job => job.id, row);
}

onOverview(async ({account, compute}) => {
  if (compute?.latest) {
    draw(compute.latest);
  } else if (account && overviews++ % OWN_EVERY === 0) {
    // Only who may see everybody's jobs gets them with the overview.
    const caller = $('caller').value.trim();
    text($('latest-note'), `of ${caller}`);
    const page = await get(`/callers/${encodeURIComponent(caller)}/jobs?limit=20`).catch(() => ({items: []}));
    draw(page.items);
  }
});
