/* Toasts go by themselves, but not while somebody reads or reaches for them; errors stay. */

var S = window.shalijin;
var SHORT = 6000;
var UNDO = 10000;

S.toast = function (text, kind) {
  var place = document.getElementById('toasts');
  if (!place || !text) { return; }
  var toast = document.createElement('div');
  toast.className = 'toast' + (kind ? ' toast--' + kind : '');
  toast.setAttribute('data-toast', '');
  if (kind) { toast.setAttribute('role', 'alert'); }
  var words = document.createElement('p');
  words.className = 'toast__text';
  words.textContent = text;
  var close = document.createElement('button');
  close.type = 'button';
  close.className = 'toast__act';
  close.setAttribute('data-toast-close', '');
  close.textContent = S.word('close');
  toast.appendChild(words);
  toast.appendChild(close);
  place.appendChild(toast);
  watch(toast);
};

S.on('click', '[data-toast-close]', function (event, button) {
  remove(button.closest('[data-toast]'));
});

S.ready(function (root) { S.all(root, '#toasts [data-toast]').forEach(watch); });

function watch(toast) {
  if (toast.hasAttribute('data-watched') || toast.classList.contains('toast--error')) { return; }
  toast.setAttribute('data-watched', '');
  var timer = null;
  var wait = toast.querySelector('[data-undo]') ? UNDO : SHORT;
  function start() { stop(); timer = setTimeout(function () { remove(toast); }, wait); }
  function stop() { clearTimeout(timer); }
  toast.addEventListener('mouseenter', stop);
  toast.addEventListener('mouseleave', start);
  toast.addEventListener('focusin', stop);
  toast.addEventListener('focusout', start);
  start();
}

function remove(toast) {
  if (!toast || !toast.parentNode) { return; }
  var had = toast.contains(document.activeElement);
  toast.parentNode.removeChild(toast);
  if (had) { document.getElementById('main').focus(); }
}
