/* The board by keyboard, while the focus is in it: j k move, x done, c copy, u undo. A ticked row is
   struck through at once; if the server refuses, it comes back and says why. */

var S = window.shalijin;

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

function rowOf(event) {
  var form = event.target.closest ? event.target.closest('[data-task-form]') : null;
  return form ? form.closest('[data-task]') : null;
}

document.addEventListener('htmx:beforeRequest', function (event) {
  var row = rowOf(event);
  if (!row) { return; }
  row.classList.remove('task--failed');
  row.classList.add('task--done');
  row.setAttribute('aria-busy', 'true');
});

['htmx:responseError', 'htmx:sendError', 'htmx:timeout'].forEach(function (type) {
  document.addEventListener(type, function (event) {
    var row = rowOf(event);
    if (!row) { return; }
    row.classList.remove('task--done');
    row.classList.add('task--failed');
    row.removeAttribute('aria-busy');
    var reason = row.querySelector('[data-task-reason]');
    if (!reason) {
      reason = document.createElement('small');
      reason.setAttribute('data-task-reason', '');
      reason.setAttribute('role', 'alert');
      row.querySelector('.task__name').appendChild(reason);
    }
    var xhr = event.detail && event.detail.xhr;
    reason.textContent = (xhr && xhr.getResponseHeader && xhr.getResponseHeader('X-Reason')) || S.word('failed');
  });
});
