// The overview, once a second, for every part of the page. Comes back by itself after a restart of the service.

import {events} from './api.js';

const RETRY_MAX = 10_000;
const listeners = [];
let stop = null;

/** listener(overview) is called with each; in the order of subscription. */
export const onOverview = listener => listeners.push(listener);

/** Begins, or begins anew. state('live' | 'waiting' | 'refused', seconds?) is told how it goes. */
export function connect(state) {
  stop?.abort();
  stop = new AbortController();
  run(stop.signal, state);
}

async function run(signal, state) {
  let pause = 1_000;
  while (!signal.aborted) {
    try {
      for await (const {event, data} of events('/overview/events', {signal})) {
        if (event !== 'overview') continue;
        pause = 1_000;
        state('live');
        for (const listener of listeners) listener(data);
      }
    } catch (problem) {
      if (signal.aborted) return;
      if (problem.status === 401) {
        state('refused');
        return;
      }
      pause = Math.max(pause, (problem.retryAfter ?? 0) * 1_000);
    }
    if (signal.aborted) return;
    state('waiting', pause / 1_000);
    await new Promise(resolve => setTimeout(resolve, pause));
    pause = Math.min(RETRY_MAX, pause * 2);
  }
}
