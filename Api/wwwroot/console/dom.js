// The few things that every part of the console does with the document.

const SVG = 'http://www.w3.org/2000/svg';

export const $ = id => document.getElementById(id);

/** An HTML element: h('p', {class: 'note', onclick}, 'text', child, …). Null children are left out. */
export const h = (tag, attributes, ...children) => build(document.createElement(tag), attributes, children);

/** An SVG element, likewise. */
export const s = (tag, attributes, ...children) => build(document.createElementNS(SVG, tag), attributes, children);

function build(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith('on')) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? '' : value);
  }
  node.append(...children.flat().filter(child => child !== null && child !== undefined));
  return node;
}

/** Sets the text only where it differs, so that selections and screen readers are left in peace. */
export function text(node, value) {
  if (node.textContent !== value) node.textContent = value;
}

export function show(node, visible) {
  node.hidden = !visible;
}

/**
 * Brings the children of a container in line with a list and keeps those that stay: focus and hover survive.
 * make(item) returns {node, update(item)}.
 */
export function keyed(container, items, keyOf, make) {
  const known = container.keyedParts ??= new Map();
  const wanted = new Set(items.map(keyOf));
  for (const [key, part] of known) {
    if (!wanted.has(key)) {
      part.node.remove();
      known.delete(key);
    }
  }
  let previous = null;
  for (const item of items) {
    const key = keyOf(item);
    let part = known.get(key);
    if (!part) known.set(key, part = make(item));
    part.update(item);
    const place = previous ? previous.nextSibling : container.firstChild;
    if (part.node !== place) container.insertBefore(part.node, place);
    previous = part.node;
  }
}
