'use strict';
// What comes is text of strangers: it becomes text nodes and nothing else.
const list = document.getElementById('list');
const mostShown = 300;

function part(name, text, kind) {
  const node = document.createElement(name);
  if (text !== undefined) node.textContent = text;
  if (kind) node.className = kind;
  return node;
}

function members(of) {
  const dl = part('dl');
  for (const m of of) dl.append(part('dt', m.name), part('dd', m.text));
  return dl;
}

function labelled(label, text) {
  const p = part('p');
  p.append(part('b', label), ' ', text);
  return p;
}

function requirement(r) {
  const li = part('li');
  if (r.url.startsWith('https://')) {
    const a = part('a', r.text);
    a.href = r.url;
    a.rel = 'noreferrer noopener';
    a.target = '_blank';
    li.append(a);
  } else {
    li.append(r.text);
  }
  li.append(' ', r.title);
  return li;
}

function item(e) {
  const li = part('li', undefined, 'fresh');
  li.classList.add(e.verdict);
  const details = part('details');
  const summary = part('summary');
  summary.append(part('span', e.verdict, 'verdict'), ' ', part('span', e.title, 'title'), ' ', part('time', e.time));
  if (e.verdict === 'failed') summary.append(part('span', e.actual, 'actual'));
  details.append(summary);
  if (e.expected) details.append(labelled('Expected', e.expected));
  if (e.actual) details.append(labelled('Got', e.actual));
  if (e.requirements && e.requirements.length) {
    const ul = part('ul');
    ul.append(...e.requirements.map(requirement));
    details.append(ul);
  }
  if (e.who && e.who.length) details.append(members(e.who));
  for (const [title, of] of [['Header of the proof', e.header], ['Claims of the proof', e.claims]]) {
    if (of && of.length) details.append(part('h3', title), members(of));
  }
  for (const text of e.exchanges || []) {
    const pre = part('pre', text);
    pre.tabIndex = 0;
    details.append(pre);
  }
  li.append(details);
  return li;
}

let last = Number(document.body.dataset.last);
const source = new EventSource('/events?after=' + last);
const connection = document.getElementById('connection');
// Another run of the program counts anew, and takes no button of this page.
source.addEventListener('boot', (message) => {
  if (JSON.parse(message.data) !== document.body.dataset.boot) location.reload();
});
source.addEventListener('event', (message) => {
  const e = JSON.parse(message.data);
  if (e.number <= last) return;
  last = e.number;
  list.prepend(item(e));
  while (list.children.length > mostShown) list.lastElementChild.remove();
  document.getElementById('none').hidden = true;
});
source.addEventListener('summary', (message) => {
  const s = JSON.parse(message.data);
  const summary = document.getElementById('summary');
  if (summary.textContent !== s.text) summary.textContent = s.text;
  summary.className = s.failed ? 'failed' : '';
});
source.onopen = () => { connection.hidden = true; };
source.onerror = () => {
  connection.textContent = 'The program does not answer: it has ended, or is busy. This page goes on when it does.';
  connection.hidden = false;
};

for (const form of document.querySelectorAll('form')) {
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const said = document.getElementById('said');
    try {
      const answer = await fetch(form.action, {
        method: 'POST', headers: { Accept: 'text/plain' }, body: new URLSearchParams(new FormData(form)),
      });
      said.textContent = await answer.text();
    } catch {
      said.textContent = 'The program does not answer.';
    }
  });
}

for (const button of document.querySelectorAll('.copy')) {
  button.hidden = false;
  button.addEventListener('click', async () => {
    const pre = button.previousElementSibling;
    try {
      await navigator.clipboard.writeText(pre.textContent);
      button.textContent = 'Copied';
    } catch {
      getSelection().selectAllChildren(pre);
      button.textContent = 'Selected';
    }
    setTimeout(() => { button.textContent = 'Copy'; }, 2000);
  });
}

const only = document.getElementById('only');
only.closest('.filters').hidden = false;
only.addEventListener('change', () => { list.classList.toggle('broken-only', only.checked); });
