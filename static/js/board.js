/* The board. By keyboard, while the focus is in it: j k move, x done, c copy, u undo.
   A tick strikes its row through at once and is kept in this browser (the task's id, the version that
   was seen, the form's token, nothing else) until the server has answered, so that a lost connection
   loses none and the token lets none count twice. A body opens in the row on a phone, in the aside on
   a desktop. Only data-board-live does what needs the server; without a script all of it is forms. */

var S = window.shalijin;
var AGAIN = 15000;
var busy = false;

document.addEventListener('keydown', function (event) {
  var board = event.target.closest ? event.target.closest('[data-board]') : null;
  if (!board || S.typing(event) || event.shiftKey || !S.keysOn()) { return; }
  var rows = S.all(board, '[data-task]').filter(function (row) { return row.offsetParent !== null; });
  var row = event.target.closest('[data-task]');
  var at = rows.indexOf(row);
  var acts = {
    j: function () { go(rows[Math.min(at + 1, rows.length - 1)]); },
    k: function () { go(rows[Math.max(at - 1, 0)]); },
    x: function () { press(row, '[data-task-form] button[type="submit"]'); },
    c: function () { press(row, '[data-copy], [data-copy-from]') || press(document, 'aside [data-copy], aside [data-copy-from]'); },
    u: function () { S.undo(); }
  };
  var act = acts[event.key];
  if (act) { event.preventDefault(); act(); }
});

function go(row) {
  if (!row) { return; }
  var target = row.querySelector('[data-task-link], button, a');
  if (target) { target.focus(); row.scrollIntoView({ block: 'nearest' }); }
}

function press(inside, selector) {
  var target = inside ? inside.querySelector(selector) : null;
  if (target) { target.click(); }
  return !!target;
}

/* Rows ------------------------------------------------------------------------------------------- */

function rowOf(event) {
  var form = event.target.closest ? event.target.closest('[data-task-form]') : null;
  return form ? form.closest('[data-task]') : null;
}

function struck(row) {
  row.classList.remove('task--failed');
  row.classList.add('task--done');
  row.setAttribute('aria-busy', 'true');
}

function failed(row, why) {
  row.classList.remove('task--done', 'task--unsent');
  row.classList.add('task--failed');
  row.removeAttribute('aria-busy');
  var reason = row.querySelector('[data-task-reason]');
  if (!reason) {
    reason = document.createElement('small');
    reason.setAttribute('data-task-reason', '');
    reason.setAttribute('role', 'alert');
    row.querySelector('.task__name').appendChild(reason);
  }
  reason.textContent = why || S.word('failed');
}

document.addEventListener('htmx:beforeRequest', function (event) {
  var row = rowOf(event);
  if (row) { struck(row); }
});

['htmx:responseError', 'htmx:sendError', 'htmx:timeout'].forEach(function (type) {
  document.addEventListener(type, function (event) {
    var row = rowOf(event);
    var xhr = event.detail && event.detail.xhr;
    if (row) { failed(row, xhr && xhr.getResponseHeader && xhr.getResponseHeader('X-Reason')); }
  });
});

/* Ticks ------------------------------------------------------------------------------------------ */

document.addEventListener('submit', function (event) {
  var form = event.target;
  var undo = form.matches('[data-task-undo], [data-undo]');
  if (!form.closest || !document.querySelector('[data-board-live]')) { return; }
  if (undo) { takeBack(event, form); return; }
  if (!form.matches('[data-task-form]') || !form.closest('[data-board-live]')) { return; }
  event.preventDefault();
  var row = form.closest('[data-task]');
  if (row.getAttribute('aria-busy')) { return; }
  if (row.hasAttribute('data-task-more')) { open(row, true); return; }
  keep({ id: row.id.replace('task-', ''), version: form.elements.version.value, token: form.elements.form_token.value });
  struck(row);
  send();
}, true);

/* The board says whose ticks they are, and where one is sent. Somebody else's are left alone. */
function said(name) {
  var board = document.querySelector('[data-board-live]');
  return board ? board.getAttribute('data-' + name) : '';
}

function place() { return 'shalijin-ticks-' + said('who'); }

function kept() {
  try { return JSON.parse(localStorage.getItem(place())) || []; } catch (e) { return []; }
}

function write(ticks) {
  try { localStorage.setItem(place(), JSON.stringify(ticks)); } catch (e) { S.toast(S.word('offline'), 'error'); }
}

function rowFor(tick) { return document.getElementById('task-' + tick.id); }

function keep(tick) { write(kept().concat([tick])); }

function forget(tick) {
  write(kept().filter(function (other) { return other.token !== tick.token; }));
}

/* One after the other, in their order; a tick leaves the list when the server has answered it. */
function send() {
  var tick = kept()[0];
  if (busy || !tick || !said('who')) { show(); return; }
  busy = true;
  post(said('tick').replace('/0/', '/' + tick.id + '/'), { 'do': 'complete', version: tick.version, form_token: tick.token }).then(function (answer) {
    busy = false;
    forget(tick);
    settle(tick, answer);
    send();
  }, function () {
    busy = false;
    kept().forEach(function (waiting) {
      var row = rowFor(waiting);
      if (row) { struck(row); row.classList.add('task--unsent'); }
    });
    show();
  });
}

function post(url, fields) {
  var data = new FormData();
  var guard = document.querySelector('[name="csrfmiddlewaretoken"]');
  data.append('csrfmiddlewaretoken', guard ? guard.value : '');
  Object.keys(fields).forEach(function (name) { data.append(name, fields[name]); });
  return fetch(url, {
    method: 'POST', body: data, credentials: 'same-origin',
    headers: { 'HX-Request': 'true', 'HX-Current-URL': window.location.href }
  }).then(function (response) {
    return response.text().then(function (html) { return { status: response.status, html: html, redirected: response.redirected }; });
  });
}

function settle(tick, answer) {
  var row = rowFor(tick);
  if (!row) { return; }
  var good = /^\s*<li/.test(answer.html) && [200, 409, 422].indexOf(answer.status) !== -1;
  if (!good) { failed(row); return; }
  swap(row, answer.html);
}

function swap(row, html) {
  var inside = row.contains(document.activeElement);
  var id = row.id;
  window.htmx.swap(row, html, { swapStyle: 'outerHTML', swapDelay: 0, settleDelay: 0 });
  if (inside) { refocus(id); }
}

function refocus(id) {
  var row = document.getElementById(id);
  var link = row && row.querySelector('[data-task-link]');
  if (link) { link.focus(); }
}

function takeBack(event, form) {
  var found = /\/task\/([^/]+)\/back\//.exec(form.getAttribute('action'));
  var row = found && document.getElementById('task-' + found[1]);
  if (!row) { return; }
  event.preventDefault();
  var toast = form.closest('[data-toast]');
  post(form.getAttribute('action'), {}).then(function (answer) {
    if (!/^\s*<li/.test(answer.html)) { S.toast(S.word('failed'), 'error'); return; }
    if (toast && toast.parentNode) { toast.parentNode.removeChild(toast); }
    swap(row, answer.html);
    refocus(row.id);
    S.say(S.word('undone'));
  }, function () { S.toast(S.word('offline'), 'error'); });
}

function show() {
  var waiting = kept().length;
  S.all(document, '[data-unsent]').forEach(function (place) {
    place.hidden = !waiting || busy;
    place.textContent = waiting ? place.getAttribute('data-text').replace('{n}', waiting) : '';
  });
}

window.addEventListener('online', send);
setInterval(function () { if (kept().length) { send(); } }, AGAIN);

/* Bodies ----------------------------------------------------------------------------------------- */

S.on('click', '[data-board-live] [data-task-link]', function (event, link) {
  if (event.ctrlKey || event.metaKey || event.shiftKey || event.button || !window.htmx) { return; }
  event.preventDefault();
  open(link.closest('[data-task]'), false);
});

/* Whoever ticks wants to fill in what is missing; whoever opens wants to read. */
function open(row, toFill) {
  var link = row.querySelector('[data-task-link]');
  var aside = document.querySelector('#step-body');
  var wide = aside && aside.offsetParent !== null;
  var old = row.querySelector('.task__detail');
  if (old && !wide) { old.parentNode.removeChild(old); mark(null); if (!toFill) { return; } }
  var place = wide ? aside : detail(row);
  mark(row);
  window.htmx.ajax('GET', link.getAttribute('href') + '?place=' + (wide ? 'aside' : 'row'),
    { target: place, source: place }).then(function () { arrive(place, wide, toFill); });
}

function detail(row) {
  var place = document.createElement('div');
  place.className = 'task__detail';
  place.id = row.id.replace('task-', 'body-');
  row.appendChild(place);
  return place;
}

function mark(row) {
  S.all(document, '[data-board-live] .task--current').forEach(function (other) {
    other.classList.remove('task--current');
    other.querySelector('[data-task-link]').removeAttribute('aria-current');
  });
  if (!row) { return; }
  row.classList.add('task--current');
  row.querySelector('[data-task-link]').setAttribute('aria-current', 'true');
}

function arrive(place, wide, toFill) {
  var field = place.querySelector('[data-step-form="complete"] input:not([type="hidden"]), [data-step-form="complete"] textarea');
  if (toFill && field) { field.focus(); return; }
  if (wide) { place.closest('aside').scrollTop = 0; } else { place.parentNode.scrollIntoView({ block: 'nearest' }); }
}

/* What was refused (409) is shown in its place like any answer, and looked at. */
document.addEventListener('htmx:beforeSwap', function (event) {
  var form = event.target.closest ? event.target.closest('[data-step-form]') : null;
  var asked = event.detail.requestConfig && event.detail.requestConfig.elt;
  form = form || (asked && asked.closest && asked.closest('[data-step-form]'));
  if (form && event.detail.xhr.status === 409) { event.detail.shouldSwap = true; event.detail.isError = false; }
  if (form && event.detail.xhr.status > 399) { setTimeout(point, 50, event.detail.target); }
});

/* To who was faster, or to what is wrong. */
function point(place) {
  var what = place.querySelector('[data-conflict], .field__error');
  if (what) { what.scrollIntoView({ block: 'center' }); }
}

/* The form may be gone by now, with the focus in it: that goes to the row. */
document.addEventListener('htmx:afterRequest', function (event) {
  var asked = event.detail.requestConfig && event.detail.requestConfig.elt;
  var target = event.detail.target && event.detail.target.id;
  if (!asked || !asked.matches('[data-step-form]') || !event.detail.successful || !target) { return; }
  if (target.indexOf('task-') === 0) { setTimeout(function () { refocus(target); }, 50); }
});

/* A toast at the usual place would lie over rows that are about to be ticked. */
if (said('who')) { document.getElementById('toasts').classList.add('toasts--aside'); }

/* After a reload: what is not sent yet is struck through again, and sent. */
kept().forEach(function (tick) {
  var row = rowFor(tick);
  if (row) { struck(row); }
});
send();
S.boardReady = true;
