// Factorials: asked for here, or by others.

import {$, h, text} from './dom.js';
import {call, get, post} from './api.js';
import {onOverview} from './feed.js';
import {age, integer, percent} from './format.js';

const address = '/api/v1/factorial';
const problem = h('p', {class: 'problem', role: 'alert'});
const rows = h('tbody', {});
const empty = h('p', {class: 'empty'}, 'Nobody has asked for one yet.');
const table = h('table', {},
  h('thead', {}, h('tr', {}, ...['n', 'Status', 'Digits', 'Checksum', 'Asked'].map((title, i) =>
    h('th', {scope: 'col', class: i === 2 || i === 4 ? 'n' : null}, title)))), rows);
$('factorials-body').append(problem, h('div', {class: 'scroll'}, table), empty);

function row(item) {
  return h('tr', {},
    h('th', {scope: 'row'}, item.status === 'done' ? h('button', {type: 'button', class: 'link', onclick: () => open(item.number)}, `${item.number}!`) : `${item.number}!`),
    h('td', {}, h('span', {class: `status ${item.status}`}, item.status)),
    h('td', {class: 'n'}, item.digits ? integer(item.digits) : '–'),
    h('td', {class: 'number'}, item.checksum ? item.checksum.slice(0, 12) : '–'),
    h('td', {class: 'n'}, item.created_at ? age((Date.now() - new Date(item.created_at)) / 1000) : ''));
}

/** The digits in a tab of their own; a link could not send the key. */
async function open(number) {
  try {
    const response = await call('GET', `${address}/${number}`, {accept: 'text/plain'});
    const link = URL.createObjectURL(new Blob([await response.text()], {type: 'text/plain'}));
    window.open(link, '_blank', 'noopener');
  } catch (failure) {
    text(problem, failure.message);
  }
}

async function list() {
  const page = await get(`${address}?limit=8`).catch(() => null);
  if (!page) return;
  table.hidden = page.items.length === 0;
  empty.hidden = page.items.length > 0;
  rows.replaceChildren(...page.items.map(row));
}

$('ask').addEventListener('submit', async e => {
  e.preventDefault();
  text(problem, '');
  try {
    await post(address, {number: $('n').value.trim()}, {caller: $('caller').value.trim()});
    $('n').value = '';
  } catch (failure) {
    text(problem, failure.message);
  }
  list();
});

let shown = '';
onOverview(({factorials}) => {
  if (!factorials) return;
  const all = Object.values(factorials.numbers).reduce((sum, count) => sum + count, 0);
  text($('factorials-note'), all === 0 ? '' : `${integer(all)} known or under way${factorials.hit_rate === null ? '' : ` · ${percent(factorials.hit_rate)} from memory`}`);
  const state = JSON.stringify(factorials.numbers);
  if (state !== shown) {
    shown = state;
    list();
  }
});
