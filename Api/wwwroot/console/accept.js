// This minute's unique ids, and the last hour's.

import {$, h, s, text} from './dom.js';
import {onOverview} from './feed.js';
import {clock, integer} from './format.js';

const MINUTES = 60;
const STEP = 10;
const HEIGHT = 100;

const figure = h('b', {}, '–');
const best = h('small', {});
const chart = s('svg', {viewBox: `0 0 ${(MINUTES + 1) * STEP} ${HEIGHT}`, preserveAspectRatio: 'none', role: 'img', class: 'bars'});
$('accept-body').append(
  h('p', {class: 'figure'}, figure, ' ', h('small', {}, 'this minute so far'), best),
  chart,
  h('p', {class: 'axis'}, h('span', {}, 'an hour ago'), h('span', {}, 'now')));
let drawn = '';

onOverview(({accept}) => {
  if (!accept) return;
  text(figure, integer(accept.unique_ids));
  const minutes = [...accept.history].slice(0, MINUTES).reverse();
  const all = [...minutes, {minute: accept.minute, unique_ids: accept.unique_ids, now: true}];
  const state = all.map(minute => minute.unique_ids).join();
  if (state === drawn) return;
  drawn = state;
  const top = Math.max(...all.map(minute => minute.unique_ids), 1);
  const start = MINUTES + 1 - all.length;
  chart.replaceChildren(...all.map(({minute, unique_ids: ids, now}, i) => {
    const height = ids === 0 ? 1 : Math.max(2, ids / top * (HEIGHT - 2));
    return s('rect', {class: now ? 'now' : '', x: (start + i) * STEP + 1, width: STEP - 2, y: HEIGHT - height, height},
      s('title', {}, `${clock(minute)}: ${integer(ids)}`));
  }));
  chart.setAttribute('aria-label', `Unique ids of the last ${all.length} minutes, at most ${integer(top)} in one.`);
  text(best, minutes.length > 0 ? ` · at most ${integer(top)} in a minute` : '');
});
