/* Leave at once: by the button, or by Shift three times within five seconds. The page is covered
   first, and replaced, so that "back" does not lead here again. Without a script it is a link. */

var S = window.shalijin;
var WITHIN = 5000;
var presses = [];

S.on('click', '[data-exit]', function (event, link) {
  event.preventDefault();
  leave(link);
});

document.addEventListener('keydown', function (event) {
  var link = document.querySelector('[data-exit]');
  if (!link || event.repeat) { return; }
  if (event.key !== 'Shift') { presses = []; return; }
  var now = Date.now();
  presses = presses.filter(function (then) { return now - then < WITHIN; });
  presses.push(now);
  if (presses.length >= 3) { leave(link); }
});

/* A page kept by the browser for "back" must not come up again with what was typed. */
window.addEventListener('pageshow', function (event) {
  if (event.persisted && document.querySelector('[data-exit]')) { window.location.reload(); }
});

function leave(link) {
  var cover = document.createElement('div');
  cover.className = 'cover';
  document.body.appendChild(cover);
  document.title = '\u00a0';
  S.all(document, 'form').forEach(function (form) { form.reset(); });
  window.location.replace(link.href);
}
