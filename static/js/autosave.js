/* <form data-autosave="/address/">: what is typed reaches the server a second after the last key,
   and at the latest when the page is left. What could not be saved stays in the field and says so. */

var S = window.shalijin;
var QUIET = 1000;
var AGAIN = 5000;

S.ready(function (root) { S.all(root, 'form[data-autosave]').forEach(watch); });

function watch(form) {
  if (form.hasAttribute('data-watched')) { return; }
  form.setAttribute('data-watched', '');
  var url = form.getAttribute('data-autosave');
  var timer = null;
  var dirty = false;
  var running = false;

  form.addEventListener('input', function () { dirty = true; plan(QUIET); });
  form.addEventListener('change', function () { dirty = true; plan(QUIET); });
  form.addEventListener('submit', function () { dirty = false; clearTimeout(timer); });
  document.addEventListener('visibilitychange', function () {
    if (document.visibilityState === 'hidden') { last(); }
  });
  window.addEventListener('pagehide', last);
  window.addEventListener('online', function () { if (dirty) { plan(0); } });
  window.addEventListener('beforeunload', function (event) {
    // Only when the server has already refused: otherwise pagehide saves it without a question.
    if (dirty && form.getAttribute('data-unsaved') === 'true') { event.preventDefault(); event.returnValue = ''; }
  });

  function plan(wait) {
    clearTimeout(timer);
    timer = setTimeout(save, wait);
  }

  function save() {
    if (running || !dirty) { return; }
    running = true;
    dirty = false;
    state('saving');
    S.post(url, new FormData(form)).then(function (response) {
      if (!response.ok) { throw new Error(String(response.status)); }
      running = false;
      form.removeAttribute('data-unsaved');
      state('saved');
      if (dirty) { plan(QUIET); }
    }).catch(function () {
      running = false;
      dirty = true;
      form.setAttribute('data-unsaved', 'true');
      state('failed');
      plan(AGAIN);
    });
  }

  function last() {
    if (!dirty || !navigator.sendBeacon) { return; }
    if (navigator.sendBeacon(url, new FormData(form))) { dirty = false; clearTimeout(timer); }
  }

  function state(name) {
    var place = document.querySelector('[data-autosave-state]');
    if (!place) { return; }
    var text = place.getAttribute('data-' + name) || '';
    if (name === 'saved') {
      var now = new Date();
      text += ' ' + ('0' + now.getHours()).slice(-2) + ':' + ('0' + now.getMinutes()).slice(-2);
    }
    place.textContent = text;
  }
}
