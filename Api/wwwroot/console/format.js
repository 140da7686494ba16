// Numbers as people read them. Thousands are set apart by a narrow space.

const NARROW = '\u202f';
const grouped = new Intl.NumberFormat('en', {maximumFractionDigits: 0});

export const integer = value => grouped.format(value).replaceAll(',', NARROW);

/** 950, 12.3 k, 4.56 M. */
export function compact(value) {
  const steps = [[1e9, 'G'], [1e6, 'M'], [1e4, 'k']];
  for (const [size, letter] of steps) {
    if (value >= size) {
      const number = value / (letter === 'k' ? 1e3 : size);
      return `${number.toFixed(number < 10 ? 2 : number < 100 ? 1 : 0)}${NARROW}${letter}`;
    }
  }
  return integer(value);
}

export function decimal(value, digits = 1) {
  return value.toFixed(digits);
}

/** 0.4 ms, 340 ms, 12.3 s, 3 min 20 s, 2 h 5 min, 4 d. */
export function seconds(value) {
  if (value === null || value === undefined) return '–';
  if (value < 0.01) return `${(value * 1000).toFixed(1)} ms`;
  if (value < 1) return `${Math.round(value * 1000)} ms`;
  if (value < 10) return `${value.toFixed(2)} s`;
  if (value < 60) return `${value.toFixed(1)} s`;
  if (value < 3600) return `${Math.floor(value / 60)} min ${Math.floor(value % 60)} s`;
  if (value < 86400) return `${Math.floor(value / 3600)} h ${Math.floor(value % 3600 / 60)} min`;
  return `${Math.floor(value / 86400)} d`;
}

/** How long ago, coarsely, so that it does not flicker. */
export function age(value) {
  if (value < 1) return 'now';
  if (value < 60) return `${Math.floor(value)} s`;
  if (value < 3600) return `${Math.floor(value / 60)} min`;
  if (value < 86400) return `${Math.floor(value / 3600)} h`;
  return `${Math.floor(value / 86400)} d`;
}

export function percent(part) {
  const value = part * 100;
  return value > 0 && value < 0.1 ? '<0.1 %' : `${value.toFixed(value < 10 && value > 0 ? 1 : 0)} %`;
}

export const clock = time => new Date(time).toLocaleTimeString([], {hour: '2-digit', minute: '2-digit'});

export const moment = time => new Date(time).toLocaleString([], {dateStyle: 'medium', timeStyle: 'medium'});

/** A long number's beginning and end. */
export const brief = (number, length = 26) =>
  number.length <= length ? number : `${number.slice(0, length - 9)}…${number.slice(-8)}`;

export const words = {is_prime: 'is prime', next_prime: 'next prime', factorize: 'factorize', factorial: 'factorial'};
