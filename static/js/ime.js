/* Enter that picks a character sends nothing, and a search waits for the word to be finished.
   Safari ends the composition before the key event, and says so by key code 229 only. */

var composing = null;

document.addEventListener('compositionstart', function (event) { composing = event.target; }, true);
document.addEventListener('compositionend', function (event) {
  composing = null;
  if (isLive(event.target)) {
    event.target.dispatchEvent(new Event('input', { bubbles: true }));
  }
}, true);

document.addEventListener('keydown', function (event) {
  if (event.key !== 'Enter') { return; }
  if (event.isComposing || event.keyCode === 229) {
    event.stopImmediatePropagation();
    event.preventDefault();
  }
}, true);

document.addEventListener('submit', function (event) {
  if (composing && event.target.contains(composing)) {
    event.stopImmediatePropagation();
    event.preventDefault();
  }
}, true);

['input', 'keyup', 'search', 'change'].forEach(function (type) {
  document.addEventListener(type, function (event) {
    if ((event.isComposing || composing === event.target) && isLive(event.target)) {
      event.stopImmediatePropagation();
    }
  }, true);
});

function isLive(element) {
  return !!(element && element.closest && element.closest('[hx-trigger], [hx-get]'));
}
