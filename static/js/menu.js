/* An open menu closes by Escape, or by a tap beside it. */

var S = window.shalijin;

document.addEventListener('click', function (event) {
  S.all(document, 'details[data-menu][open]').forEach(function (menu) {
    if (!menu.contains(event.target)) { menu.open = false; }
  });
});

document.addEventListener('keydown', function (event) {
  if (event.key !== 'Escape') { return; }
  S.all(document, 'details[data-menu][open]').forEach(function (menu) {
    menu.open = false;
    menu.querySelector('summary').focus();
  });
});
