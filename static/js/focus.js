/* What is wrong takes the focus, and its links lead into the fields. */

var S = window.shalijin;

S.ready(function (root) {
  var summary = S.all(root, '[data-error-summary]')[0];
  if (summary && !summary.closest('[data-still]')) { summary.focus(); }
});

S.on('click', '[data-error-summary] a', function (event, link) {
  var field = document.getElementById(link.getAttribute('href').slice(1));
  if (!field) { return; }
  event.preventDefault();
  var group = field.closest('.field') || field;
  group.scrollIntoView({ block: 'nearest' });
  field.focus();
});
