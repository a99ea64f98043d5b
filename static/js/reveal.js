/* <button data-reveal="id">: shows what was typed into that password field, and hides it again. */

var S = window.shalijin;

S.on('click', '[data-reveal]', function (event, button) {
  var field = document.getElementById(button.getAttribute('data-reveal'));
  if (!field) { return; }
  var shown = field.type === 'text';
  field.type = shown ? 'password' : 'text';
  button.setAttribute('aria-pressed', String(!shown));
  field.focus();
});
