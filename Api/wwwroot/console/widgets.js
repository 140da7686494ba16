// One widget and what it is connected to, port by port.

import {$, h, s} from './dom.js';
import {get} from './api.js';

const PORTS = ['P', 'R', 'Q'];
const RINGS = 3;
const NODES_MAX = 40;
const SIZE = 360;
const MARGIN = 40;

/** The widgets that can be reached over at most three connections, nearest first. */
async function reach(serial) {
  const root = await get(`/widgets/${encodeURIComponent(serial)}`);
  const found = new Map([[root.serial_number, {widget: root, depth: 0, children: []}]]);
  let ring = [root.serial_number];
  for (let depth = 1; depth <= RINGS && ring.length > 0 && found.size < NODES_MAX; depth++) {
    const next = [];
    for (const from of ring) {
      for (const [port, peer] of Object.entries(found.get(from).widget.connections)) {
        if (peer !== null && !found.has(peer) && found.size < NODES_MAX) {
          const widget = await get(`/widgets/${encodeURIComponent(peer)}`).catch(() => null);
          if (!widget) continue;
          found.set(peer, {widget, depth, port, children: []});
          found.get(from).children.push(peer);
          next.push(peer);
        }
      }
    }
    ring = next;
  }
  return found;
}

/** Each widget gets a part of the circle as wide as what hangs on it. */
function place(found, serial, from, to, ring) {
  const node = found.get(serial);
  const radius = node.depth * ring;
  const angle = (from + to) / 2;
  node.x = SIZE / 2 + radius * Math.cos(angle);
  node.y = SIZE / 2 + radius * Math.sin(angle);
  const leaves = key => Math.max(1, found.get(key).children.reduce((sum, child) => sum + leaves(child), 0));
  const all = leaves(serial);
  let at = from;
  for (const child of node.children) {
    const part = (to - from) * leaves(child) / all;
    place(found, child, at, at + part, ring);
    at += part;
  }
}

function picture(found, root) {
  const rings = Math.max(1, ...[...found.values()].map(node => node.depth));
  place(found, root, -Math.PI / 2, 1.5 * Math.PI, (SIZE / 2 - MARGIN) / rings);
  const lines = [];
  const nodes = [];
  for (const [serial, node] of found) {
    for (const [port, peer] of Object.entries(node.widget.connections)) {
      const other = peer === null ? null : found.get(peer);
      if (other && serial < peer) {
        lines.push(s('line', {class: `port ${port}`, x1: node.x, y1: node.y, x2: other.x, y2: other.y}),
          s('text', {class: 'port-name', x: (node.x + other.x) / 2, y: (node.y + other.y) / 2 - 4}, port));
      }
    }
    const open = () => look(serial);
    nodes.push(s('g', {
      class: node.depth === 0 ? 'node root' : 'node', tabindex: 0, role: 'button', 'aria-label': `Widget ${serial}, ${node.widget.name}`,
      onclick: open, onkeydown: e => (e.key === 'Enter' || e.key === ' ') && (e.preventDefault(), open()),
    },
    s('circle', {cx: node.x, cy: node.y, r: node.depth === 0 ? 11 : 8}),
    s('text', {x: node.x, y: node.y + (node.depth === 0 ? 26 : 21)}, serial.length > 12 ? `${serial.slice(0, 11)}…` : serial)));
  }
  return s('svg', {viewBox: `0 0 ${SIZE} ${SIZE}`, class: 'graph', role: 'group', 'aria-label': `${found.size} widgets around ${root}`}, ...lines, ...nodes);
}

async function look(serial) {
  $('serial').value = serial;
  const body = $('widget-body');
  try {
    const found = await reach(serial);
    const {widget} = found.get(serial);
    body.replaceChildren(
      h('p', {class: 'lead'}, h('b', {}, widget.name), ' ', h('small', {}, widget.serial_number)),
      picture(found, serial),
      h('dl', {class: 'facts'}, ...PORTS.filter(port => widget.ports.includes(port)).flatMap(port => [
        h('dt', {}, h('i', {class: `swatch port ${port}`}), `Port ${port}`), h('dd', {}, widget.connections[port] ?? 'free')])));
  } catch (problem) {
    body.replaceChildren(h('p', {class: 'problem', role: 'alert'}, problem.message));
  }
}

async function suggest() {
  const page = await get('/widgets?limit=6').catch(() => ({items: []}));
  if ($('widget-body').childElementCount > 0) return;
  $('widget-body').append(page.items.length === 0
    ? h('p', {class: 'empty'}, 'There are no widgets yet.')
    : h('p', {class: 'chips'}, 'For example ', ...page.items.map(widget =>
      h('button', {type: 'button', class: 'chip', onclick: () => look(widget.serial_number)}, widget.serial_number))));
}

$('lookup').addEventListener('submit', e => {
  e.preventDefault();
  look($('serial').value.trim());
});
document.addEventListener('turnstile:key', suggest);
suggest();
