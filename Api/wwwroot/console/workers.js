// What each worker has in hand.

import {$, h, keyed, text} from './dom.js';
import {onOverview} from './feed.js';
import {brief, integer, percent, seconds, words} from './format.js';

function thread() {
  const link = h('a', {});
  const what = h('span', {class: 'what'});
  const bar = h('span', {class: 'fill'});
  const figures = h('span', {class: 'figures'});
  const node = h('li', {}, h('div', {}, link, what), h('div', {class: 'progress'}, h('span', {class: 'track'}, bar), figures));
  return {
    node,
    update({job}) {
      node.className = job ? 'busy' : 'idle';
      if (!job) {
        link.removeAttribute('href');
        text(link, 'idle');
        text(what, '');
        bar.style.width = '0%';
        text(figures, '');
        return;
      }
      link.href = `#/jobs/${job.id}`;
      text(link, brief(job.number, 22));
      text(what, ` ${words[job.operation]} for ${job.caller}`);
      bar.style.width = `${job.progress * 100}%`;
      text(figures, job.progress > 0 && job.cpu_seconds > 0 ? `${percent(job.progress)} · ${seconds(job.cpu_seconds)}` : job.cpu_seconds > 0 ? seconds(job.cpu_seconds) : '');
    },
  };
}

function pool() {
  const title = h('h3', {});
  const list = h('ul', {});
  return {
    node: h('div', {}, title, list),
    update({name, threads, running, alone}) {
      title.hidden = alone;
      text(title, `Silo ${name}`);
      const lines = Array.from({length: Math.min(threads, 16)}, (_, i) => ({i, job: running[i]}));
      keyed(list, lines, line => line.i, thread);
    },
  };
}

onOverview(({compute}) => {
  if (!compute) return;
  const alone = compute.workers.length === 1;
  keyed($('workers'), compute.workers.map(workers => ({...workers, alone})), workers => workers.name, pool);
  text($('workers-note'), `${integer(compute.threads)} ${compute.threads === 1 ? 'thread' : 'threads'}`);
});
