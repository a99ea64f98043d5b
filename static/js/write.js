/* Help with writing: data-fill puts an opening sentence into a text field, data-count says how many
   characters are left. What was written is never thrown away. */

var S = window.shalijin;

S.on('click', '[data-fill]', function (event, button) {
  var field = document.getElementById(button.getAttribute('data-fill'));
  if (!field) { return; }
  var text = button.getAttribute('data-text');
  field.value = field.value.trim() ? text + '\n' + field.value : text;
  field.focus();
  field.setSelectionRange(text.length, text.length);
  field.dispatchEvent(new Event('input', { bubbles: true }));
});

S.ready(function (root) { S.all(root, '[data-count]').forEach(count); });

function count(field) {
  if (field.hasAttribute('data-counted')) { return; }
  field.setAttribute('data-counted', '');
  var most = parseInt(field.getAttribute('data-count'), 10);
  var foot = document.createElement('p');
  foot.className = 'field__foot num';
  foot.id = field.id + '_count';
  field.insertAdjacentElement('afterend', foot);
  var described = field.getAttribute('aria-describedby');
  field.setAttribute('aria-describedby', (described ? described + ' ' : '') + foot.id);
  field.addEventListener('input', show);
  show();

  function show() {
    var left = most - Array.from(field.value).length;
    foot.textContent = S.word(left < 0 ? 'over' : 'left').replace('{n}', Math.abs(left));
    foot.classList.toggle('count--over', left < 0);
  }
}
