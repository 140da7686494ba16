// Casino events: pace, leaders, and what was given up.

import {$, h, keyed, show, text} from './dom.js';
import {get, post} from './api.js';
import {onOverview} from './feed.js';
import {age, decimal, integer} from './format.js';

const DEAD_EVERY = 5;
const DEFAULT_WINDOW = '60';
let overviews = 0;

const average = h('b', {}, '–');
const total = h('small', {});
const tops = h('dl', {class: 'facts tops'});
const deadTitle = h('h3', {}, 'Dead letters');
const all = h('button', {type: 'button', class: 'quiet', onclick: () => replay('/dead-letters/events/retry')}, 'Replay all');
const dead = h('ul', {class: 'dead'});
const none = h('p', {class: 'empty'}, 'None: every event was counted or is on its way.');
const problem = h('p', {class: 'problem', role: 'alert'});
$('events-body').append(
  h('p', {class: 'figure'}, average, ' ', h('small', {}, 'events a second'), total), tops,
  h('div', {class: 'subhead'}, deadTitle, all), dead, none, problem);

function leader(name, top, money) {
  const value = top ? money ? `${decimal(top.count / 100, 2)} EUR` : integer(top.count) : '–';
  return [h('dt', {}, name), h('dd', {}, top ? `player ${top.id}` : 'nobody yet', h('span', {}, top ? value : ''))];
}

function draw(totals) {
  text(average, decimal(totals.events_per_second_moving_average, 1));
  text(total, ` · ${integer(totals.events_total)} in all`);
  tops.replaceChildren(
    ...leader('Most bets', totals.top_player_bets),
    ...leader('Most wins', totals.top_player_wins),
    ...leader('Highest deposits', totals.top_player_deposits, true));
}

function letter() {
  const id = h('b', {});
  const reason = h('span', {});
  const since = h('small', {});
  const button = h('button', {type: 'button', class: 'quiet'}, 'Replay');
  let current = null;
  button.addEventListener('click', () => replay(`/dead-letters/events/${current.id}/retry`));
  return {
    node: h('li', {}, h('div', {}, id, ' ', reason, ' ', since), button),
    update(item) {
      current = item;
      text(id, `#${item.id}`);
      text(reason, item.reason);
      text(since, `${item.attempts} ${item.attempts === 1 ? 'attempt' : 'attempts'}, ${age((Date.now() - new Date(item.failed_at)) / 1000)} ago`);
      button.setAttribute('aria-label', `Replay event ${item.id}`);
    },
  };
}

async function readDead() {
  try {
    const page = await get('/dead-letters/events?limit=5');
    keyed(dead, page.items, item => item.id, letter);
    show(none, page.items.length === 0);
    show(all, page.items.length > 0);
    text(deadTitle, page.next ? 'Dead letters, the latest' : 'Dead letters');
  } catch (failure) {
    // Without the admin key they are not told.
    text(none, failure.status === 403 ? 'They need an admin key.' : failure.message);
    show(none, true);
    show(all, false);
  }
}

async function replay(path) {
  text(problem, '');
  try {
    await post(path);
    await readDead();
  } catch (failure) {
    text(problem, failure.message);
  }
}

$('window').addEventListener('change', () => overviews = 0);
show(all, false);

onOverview(async ({events}) => {
  const turn = overviews++ % DEAD_EVERY === 0;
  if (turn) readDead();
  const window = $('window').value;
  if (window === DEFAULT_WINDOW) {
    if (events) draw(events);
  } else if (turn) {
    draw(await get(`/materialized?window_size=${window}`).catch(() => events));
  }
});
