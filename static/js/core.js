/* What the behaviours share: window.shalijin. They find their elements by data- attributes and
   listen on the document, so that what htmx brings in later behaves like the rest. */

var S = window.shalijin = {};

/* Words come from the page, in its language. */
S.word = function (name) {
  var words = document.getElementById('page-words');
  return (words && words.getAttribute('data-' + name)) || '';
};

S.on = function (type, selector, act, capture) {
  document.addEventListener(type, function (event) {
    var start = event.target;
    var found = start && start.closest ? start.closest(selector) : null;
    if (found) { act(event, found); }
  }, !!capture);
};

S.ready = function (act) {
  if (document.readyState === 'loading') {
    document.addEventListener('DOMContentLoaded', function () { act(document); });
  } else {
    act(document);
  }
  document.addEventListener('htmx:load', function (event) { act(event.target); });
};

S.all = function (root, selector) {
  var found = Array.prototype.slice.call(root.querySelectorAll(selector));
  if (root.matches && root.matches(selector)) { found.unshift(root); }
  return found;
};

/* Whether a key belongs to what is being typed. */
S.typing = function (event) {
  var at = event.target;
  return event.isComposing || event.keyCode === 229 || event.ctrlKey || event.metaKey || event.altKey ||
    !!(at && at.closest && at.closest('input, textarea, select, [contenteditable], dialog'));
};

S.keysOn = function () {
  try { return localStorage.getItem('shalijin-keys') !== 'off'; } catch (e) { return true; }
};

/* For screen readers only: said once, then forgotten. */
S.say = function (text) {
  var place = document.getElementById('say');
  if (!place) {
    place = document.createElement('p');
    place.id = 'say';
    place.className = 'u-hide';
    place.setAttribute('role', 'status');
    document.body.appendChild(place);
  }
  place.textContent = '';
  setTimeout(function () { place.textContent = text; }, 50);
};

S.post = function (url, data) {
  return fetch(url, {
    method: 'POST',
    body: data,
    credentials: 'same-origin',
    headers: { 'X-Requested-With': 'fetch' }
  });
};

/* What few pages need is fetched by those: data-passkey brings passkey.js. */
S.ready(function (root) {
  ['board', 'passkey'].forEach(function (name) {
    var address = S.word(name + '-script');
    if (!address || S[name + 'Asked'] || !S.all(root, '[data-' + name + ']').length) { return; }
    S[name + 'Asked'] = true;
    var script = document.createElement('script');
    script.src = address;
    document.head.appendChild(script);
  });
});
