/* data-insert="id" puts data-insert-text into that text field: at data-insert-at, if the text is
   still the one that was checked, else where the cursor is. The field tells that it has changed, so
   the checks follow. Without a script the button sends its form. */

var S = window.shalijin;

S.on('click', '[data-insert]', function (event, button) {
  var field = document.getElementById(button.getAttribute('data-insert'));
  if (!field) { return; }
  event.preventDefault();
  var piece = button.getAttribute('data-insert-text');
  var at = button.getAttribute('data-insert-at');
  var place = at === null ? field.selectionStart : Math.min(parseInt(at, 10), field.value.length);
  var end = at === null ? field.selectionEnd : place;
  field.value = field.value.slice(0, place) + piece + field.value.slice(end);
  field.focus();
  field.setSelectionRange(place + piece.length, place + piece.length);
  field.dispatchEvent(new Event('input', { bubbles: true }));
});
