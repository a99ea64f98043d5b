/* A form is sent once, however often the button is pressed. A bar shows after 300 ms that something
   is on its way, and a toast says what became of it when it failed. */

var S = window.shalijin;
var AGAIN = 8000;
var timer = null;

document.addEventListener('submit', function (event) {
  var form = event.target;
  if (event.defaultPrevented || form.method === 'dialog') { return; }
  if (form.getAttribute('data-sent')) { event.preventDefault(); return; }
  form.setAttribute('data-sent', 'yes');
  var button = event.submitter || form.querySelector('button[type="submit"]');
  if (button) { button.setAttribute('aria-busy', 'true'); }
  setTimeout(function () { release(form); }, AGAIN);
});

window.addEventListener('pageshow', function () {
  S.all(document, 'form[data-sent]').forEach(release);
});

function release(form) {
  form.removeAttribute('data-sent');
  S.all(form, 'button[aria-busy]').forEach(function (button) { button.removeAttribute('aria-busy'); });
}

document.addEventListener('htmx:beforeRequest', function (event) {
  clearTimeout(timer);
  timer = setTimeout(function () {
    var bar = document.getElementById('loading');
    if (bar) { bar.hidden = false; }
  }, 300);
  if (event.detail.target) { event.detail.target.setAttribute('aria-busy', 'true'); }
});

document.addEventListener('htmx:afterRequest', function (event) {
  clearTimeout(timer);
  var bar = document.getElementById('loading');
  if (bar) { bar.hidden = true; }
  if (event.detail.target) { event.detail.target.removeAttribute('aria-busy'); }
  if (event.target.tagName === 'FORM') { release(event.target); }
});

document.addEventListener('htmx:sendError', function () { S.toast(S.word('offline'), 'error'); });
document.addEventListener('htmx:responseError', function (event) {
  if (!event.target.closest || !event.target.closest('[data-task-form]')) { S.toast(S.word('failed'), 'error'); }
});
