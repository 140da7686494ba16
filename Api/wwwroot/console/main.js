import {$, show, text} from './dom.js';
import {hasKey, setKey, whenRefused} from './api.js';
import {connect} from './feed.js';
import {openJob, closeJob} from './job.js';
import './vitals.js';
import './fairness.js';
import './jobs.js';
import './workers.js';
import './submit.js';
import './accept.js';
import './events.js';
import './widgets.js';
import './factorials.js';

// The theme follows the system until somebody chooses.
const themes = ['auto', 'light', 'dark'];

function applyTheme(theme) {
  if (theme === 'auto') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  text($('theme'), theme[0].toUpperCase() + theme.slice(1));
  $('theme').setAttribute('aria-label', `Colour theme: ${theme}. Change it.`);
}

let theme = localStorage.getItem('turnstile.theme') ?? 'auto';
applyTheme(theme);
$('theme').addEventListener('click', () => {
  theme = themes[(themes.indexOf(theme) + 1) % themes.length];
  localStorage.setItem('turnstile.theme', theme);
  applyTheme(theme);
});

// The key of this tab.
const dialog = $('key-dialog');

function askForKey(wrong) {
  text($('key-problem'), wrong ? 'This key is not known here.' : '');
  show($('key'), true);
  if (!dialog.open) dialog.showModal();
}

whenRefused(askForKey);
show($('key'), hasKey());
$('key').addEventListener('click', () => askForKey(false));
dialog.addEventListener('close', () => {
  const value = $('key-value').value.trim();
  if (!value) return;
  setKey(value);
  $('key-value').value = '';
  document.dispatchEvent(new Event('turnstile:key'));
  begin();
});

function begin() {
  connect((state, pause) => {
    const live = $('live');
    live.dataset.state = state;
    text(live.lastElementChild, state === 'live' ? 'live' : state === 'refused' ? 'needs a key' : `again in ${pause} s`);
  });
}

// The overview, or one job's page.
function route() {
  const job = /^#\/jobs\/([0-9a-z]{13})$/.exec(location.hash)?.[1];
  show($('overview'), !job);
  show($('job'), Boolean(job));
  if (job) {
    openJob(job);
    scrollTo(0, 0);
    $('main').focus({preventScroll: true});
  } else {
    closeJob();
    document.title = 'Turnstile';
    if (/^#[a-z]/.test(location.hash)) document.querySelector(location.hash)?.scrollIntoView();
  }
}

addEventListener('hashchange', route);
addEventListener('keydown', e => {
  if (e.ctrlKey || e.metaKey || e.altKey || dialog.open) return;
  const typing = /^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement?.tagName ?? '');
  if (e.key === '/' && !typing) {
    e.preventDefault();
    if (location.hash.startsWith('#/jobs/')) location.hash = '#/';
    $('number').focus();
    $('number').select();
  } else if (e.key === 'Escape' && location.hash.startsWith('#/jobs/') && !typing) {
    location.hash = '#/';
  }
});

route();
begin();
