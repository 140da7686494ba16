// What each caller gets of the machine beside what it has a right to.

import {$, h, keyed, s, show, text} from './dom.js';
import {onOverview} from './feed.js';
import {compact, integer, percent, seconds} from './format.js';

const HUES = 8;
const WIDTH = 1000;
const BAND = 20;
const FLOW = 46;
const HEIGHT = 2 * BAND + FLOW;

// Callers keep the place and the colour that they were first seen with.
const seen = new Map();

const keyOf = caller => `${caller.account ?? ''}/${caller.caller}`;

function placeOf(caller) {
  const key = keyOf(caller);
  if (!seen.has(key)) seen.set(key, seen.size);
  return seen.get(key);
}

const sum = (callers, value) => callers.reduce((all, caller) => all + value(caller), 0);

/**
 * The callers in their places, and the rest of those that have work as one. A share is a part of what the machine did for
 * them lately: what it did for callers that have left is past.
 */
function parties(callers) {
  const named = [...callers]
    .sort((a, b) => placeOf(a) - placeOf(b))
    .map(caller => ({...caller, hue: `c${placeOf(caller) % HUES}`, works: caller.entitlement > 0}));
  const working = named.filter(caller => caller.works);
  const others = 1 - sum(working, caller => caller.entitlement);
  if (working.length > 0 && others > 0.002) {
    const share = Math.max(0, 1 - sum(named, caller => caller.share));
    named.push({caller: 'others', hue: 'others', works: true, share, entitlement: others});
  }
  const used = sum(named.filter(caller => caller.works), caller => caller.share);
  return named.map(caller => caller.works ? {...caller, share: used > 0 ? caller.share / used : 0} : caller);
}

/** Two bands, what is due above and what is had below: straight flows between them are fairness, slanted ones are not. */
function ribbon(all) {
  let due = 0;
  let had = 0;
  const flows = [];
  const blocks = [];
  for (const party of all) {
    const [x1, x2] = [due * WIDTH, (due + party.entitlement) * WIDTH];
    const [y1, y2] = [had * WIDTH, (had + party.share) * WIDTH];
    due += party.entitlement;
    had += party.share;
    const middle = BAND + FLOW / 2;
    const bottom = BAND + FLOW;
    const title = s('title', {}, `${party.caller}: gets ${percent(party.share)}, has a right to ${percent(party.entitlement)}`);
    flows.push(s('path', {
      class: `flow ${party.hue}`,
      d: `M${x1} ${BAND}C${x1} ${middle} ${y1} ${middle} ${y1} ${bottom}H${y2}C${y2} ${middle} ${x2} ${middle} ${x2} ${BAND}Z`,
    }, title));
    blocks.push(
      s('rect', {class: party.hue, x: x1, y: 0, width: Math.max(0, x2 - x1 - 1.5), height: BAND}, title.cloneNode(true)),
      s('rect', {class: party.hue, x: y1, y: bottom, width: Math.max(0, y2 - y1 - 1.5), height: BAND}, title.cloneNode(true)));
  }
  return s('svg', {
    viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: 'none', role: 'img',
    'aria-label': `Shares of the machine: ${all.map(party =>
      `${party.caller} gets ${percent(party.share)} of ${percent(party.entitlement)}`).join('; ')}`,
  }, ...flows, ...blocks);
}

/** Who waits and has had less than its part; a share is an average over some ten seconds, so newcomers are short at first. */
function verdict(all) {
  const waiting = all.filter(caller => caller.works && caller.waits_for === 'turn');
  if (all.length === 0) return ['', ''];
  if (waiting.length === 0) return ['good', 'Nobody waits for a turn.'];
  const worst = waiting.reduce((a, b) => a.entitlement - a.share > b.entitlement - b.share ? a : b);
  const short = worst.entitlement - worst.share;
  return short < 0.05
    ? ['good', `Fair: nobody who waits is more than ${percent(Math.max(short, 0.001))} short of its part.`]
    : ['warn', `Evening out: ${worst.caller} is ${percent(short)} short over the last seconds.`];
}

function row() {
  const swatch = h('i', {class: 'swatch'});
  const name = h('span', {});
  const bar = h('span', {class: 'fill'});
  const mark = h('span', {class: 'mark'});
  const figures = h('span', {class: 'figures'});
  const cells = ['n', 'n', 'n', 'n', 'n'].map(kind => h('td', {class: kind}));
  const node = h('tr', {},
    h('th', {scope: 'row'}, swatch, name),
    h('td', {class: 'share'}, h('span', {class: 'track'}, bar, mark), figures),
    ...cells);
  return {
    node,
    update(party) {
      swatch.className = `swatch ${party.hue}`;
      text(name, party.caller);
      name.title = party.account ? `${party.caller}, of account ${party.account}, weight ${party.weight}` : `weight ${party.weight ?? ''}`;
      bar.className = `fill ${party.hue}`;
      bar.style.width = party.works ? `${Math.min(100, party.share * 100)}%` : '0%';
      mark.style.left = `${Math.min(100, party.entitlement * 100)}%`;
      show(mark, party.works);
      text(figures, party.works ? `${percent(party.share)} of ${percent(party.entitlement)}` : 'no work now');
      const values = party.hue === 'others'
        ? ['', '', '', '', '']
        : [compact(party.queued), integer(party.running), seconds(party.wait_p50_seconds), seconds(party.wait_p99_seconds), seconds(party.cpu_seconds)];
      values.forEach((value, i) => text(cells[i], value));
    },
  };
}

onOverview(({compute}) => {
  if (!compute) return;
  const all = parties(compute.callers);
  const working = all.filter(party => party.works);
  show($('callers-empty'), all.length === 0);
  show($('ribbon'), working.length > 0);
  if (working.length > 0) {
    $('ribbon').replaceChildren(
      h('span', {class: 'label'}, 'has a right to'), ribbon(working), h('span', {class: 'label'}, 'gets'));
  }
  keyed($('callers'), all, party => party.hue === 'others' ? 'others' : keyOf(party), row);
  const [state, words] = verdict(all);
  $('verdict').dataset.state = state;
  text($('verdict'), words);
});
