/* <form data-autosave="/address/">: what is typed reaches the server a second after the last key,
   two seconds after the first one of somebody who types on and on, and at the latest when the page
   is left. What could not be saved stays in the field and says so. A save is told to the page as
   the event shalijin:saved. While characters are being composed, nothing is sent. */

var S = window.shalijin;
var QUIET = 1000;
var LONGEST = 1500;
var AGAIN = 5000;

S.ready(function (root) { S.all(root, 'form[data-autosave]').forEach(watch); });

function watch(form) {
  if (form.hasAttribute('data-watched')) { return; }
  form.setAttribute('data-watched', '');
  var url = form.getAttribute('data-autosave');
  var timer = null;
  var dirty = false;
  var running = false;
  var since = 0;
  var composing = false;

  form.addEventListener('compositionstart', function () { composing = true; });
  form.addEventListener('compositionend', function () { composing = false; typed(); });
  form.addEventListener('input', typed);
  form.addEventListener('change', typed);
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

  function typed() {
    if (!dirty) { since = Date.now(); }
    dirty = true;
    plan(Math.max(0, Math.min(QUIET, since + LONGEST - Date.now())));
  }

  function plan(wait) {
    clearTimeout(timer);
    timer = setTimeout(save, wait);
  }

  function save() {
    if (running || !dirty) { return; }
    if (composing) { plan(QUIET); return; }
    running = true;
    dirty = false;
    state('saving');
    S.post(url, new FormData(form)).then(function (response) {
      // Written on another device meanwhile: trying again changes nothing, sending the form does.
      if (response.status === 409) { running = false; response.text().then(say); return; }
      if (!response.ok) { throw new Error(String(response.status)); }
      running = false;
      form.removeAttribute('data-unsaved');
      state('saved');
      form.dispatchEvent(new CustomEvent('shalijin:saved', { bubbles: true }));
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

  function say(text) {
    var place = document.querySelector('[data-autosave-state]');
    if (place) { place.textContent = text; }
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
