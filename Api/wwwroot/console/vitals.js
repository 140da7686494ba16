// The figures on top: what happens now, and how the last two minutes went.

import {$, h, s, text} from './dom.js';
import {onOverview} from './feed.js';
import {compact, decimal, integer, seconds} from './format.js';

const SAMPLES = 120;

class Vital {
  constructor(label, unit, meaning) {
    this.samples = [];
    this.figure = h('b', {}, '–');
    this.unit = h('small', {}, unit);
    this.line = s('polyline', {});
    this.area = s('polygon', {});
    this.node = h('div', {class: `vital ${meaning}`},
      h('h3', {}, label),
      h('p', {}, this.figure, ' ', this.unit),
      s('svg', {viewBox: `0 0 ${SAMPLES - 1} 24`, preserveAspectRatio: 'none', 'aria-hidden': 'true'}, this.area, this.line));
  }

  take(value, shown, unit) {
    text(this.figure, shown);
    if (unit !== undefined) text(this.unit, unit);
    this.samples.push(value ?? 0);
    if (this.samples.length > SAMPLES) this.samples.shift();
    const top = Math.max(...this.samples, 1e-9);
    const start = SAMPLES - this.samples.length;
    const points = this.samples.map((sample, i) => `${start + i},${(23 - 21 * sample / top).toFixed(2)}`).join(' ');
    this.line.setAttribute('points', points);
    this.area.setAttribute('points', `${start},24 ${points} ${SAMPLES - 1},24`);
  }
}

const jobs = new Vital('Jobs done', 'a second', 'work');
const waiting = new Vital('Waiting', 'jobs', 'wait');
const oldest = new Vital('Oldest wait', '', 'wait');
const cpu = new Vital('CPU', 'cores', 'work');
const ids = new Vital('Accepted', 'ids this minute', 'count');
const events = new Vital('Events', 'a minute', 'count');
$('vitals').append(...[jobs, waiting, oldest, cpu, ids, events].map(vital => vital.node));

onOverview(({compute, accept, events: totals}) => {
  if (compute) {
    const rate = compute.jobs_per_second;
    jobs.take(rate, rate < 100 ? decimal(rate) : compact(rate));
    waiting.take(compute.queued, compact(compute.queued));
    oldest.take(compute.oldest_seconds, compute.oldest_seconds === null ? '–' : seconds(compute.oldest_seconds));
    cpu.take(compute.cpu_per_second, decimal(compute.cpu_per_second), `of ${integer(compute.threads)} ${compute.threads === 1 ? 'core' : 'cores'}`);
  }
  if (accept) ids.take(accept.unique_ids, compact(accept.unique_ids));
  if (totals) events.take(totals.events_per_minute, compact(totals.events_per_minute));
});
