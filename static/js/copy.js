/* data-copy="text" or data-copy-from="id": copies exactly that text. Where the browser refuses, the
   text is shown selected, to be copied by hand. */

var S = window.shalijin;

S.on('click', '[data-copy], [data-copy-from]', function (event, button) {
  var from = button.getAttribute('data-copy-from');
  var source = from ? document.getElementById(from) : null;
  var text = source ? textOf(source) : button.getAttribute('data-copy');
  if (text === null || (from && !source)) { return; }
  S.copy(text).then(function () { done(button); }, function () { byHand(button, text); });
});

S.copy = function (text) {
  if (navigator.clipboard && window.isSecureContext) {
    return navigator.clipboard.writeText(text).catch(function () { return oldWay(text); });
  }
  return oldWay(text);
};

function textOf(element) {
  return /^(INPUT|TEXTAREA)$/.test(element.tagName) ? element.value : (element.innerText || element.textContent);
}

function oldWay(text) {
  return new Promise(function (resolve, reject) {
    var area = document.createElement('textarea');
    area.value = text;
    area.setAttribute('readonly', '');
    area.className = 'u-hide';
    document.body.appendChild(area);
    var before = document.activeElement;
    area.select();
    area.setSelectionRange(0, text.length);
    var worked = false;
    try { worked = document.execCommand('copy'); } catch (e) { worked = false; }
    document.body.removeChild(area);
    if (before && before.focus) { before.focus(); }
    if (worked) { resolve(); } else { reject(new Error('copying was refused')); }
  });
}

function done(button) {
  var label = button.querySelector('[data-copy-label]');
  var before = button.getAttribute('data-copy-before') || (label && label.textContent);
  button.classList.add('copy--done');
  if (label) {
    button.setAttribute('data-copy-before', before);
    label.textContent = S.word('copied');
  }
  S.say(S.word('copied'));
  button.dispatchEvent(new CustomEvent('shalijin:copied', { bubbles: true }));
  setTimeout(function () {
    button.classList.remove('copy--done');
    if (label) { label.textContent = before; }
  }, 2000);
}

function byHand(button, text) {
  var id = 'by-hand';
  var old = document.getElementById(id);
  if (old) { old.parentNode.removeChild(old); }
  var box = document.createElement('div');
  box.id = id;
  box.className = 'field u-mt-3';
  var label = document.createElement('label');
  label.className = 'field__label';
  label.setAttribute('for', id + '-text');
  label.textContent = S.word('copy-by-hand');
  var area = document.createElement('textarea');
  area.id = id + '-text';
  area.className = 'textarea';
  area.readOnly = true;
  area.value = text;
  box.appendChild(label);
  box.appendChild(area);
  button.parentNode.insertBefore(box, button.nextSibling);
  area.focus();
  area.select();
}
