/* The colours change at once, and the choice is sent behind it; if that fails, the form is sent. */

var S = window.shalijin;
var SAND = '#F7F4EE';
var NIGHT = '#121614';

S.on('click', '[data-theme-form] button[name="theme"]', function (event, button) {
  var form = button.form;
  var theme = button.value;
  var data = new FormData(form);
  data.append('theme', theme);
  event.preventDefault();
  show(theme);
  S.post(form.action, data).then(function (response) {
    if (!response.ok) { throw new Error(String(response.status)); }
  }).catch(function () {
    var choice = document.createElement('input');
    choice.type = 'hidden';
    choice.name = 'theme';
    choice.value = theme;
    form.appendChild(choice);
    form.submit();
  });
});

function show(theme) {
  document.documentElement.setAttribute('data-theme', theme);
  S.all(document, '[data-theme-form] button[name="theme"]').forEach(function (button) {
    button.setAttribute('aria-pressed', String(button.value === theme));
  });
  var scheme = document.querySelector('meta[name="color-scheme"]');
  if (scheme) { scheme.content = theme === 'auto' ? 'light dark' : theme; }
  S.all(document, 'meta[name="theme-color"]').forEach(function (meta) { meta.parentNode.removeChild(meta); });
  var wanted = theme === 'auto'
    ? [[SAND, '(prefers-color-scheme: light)'], [NIGHT, '(prefers-color-scheme: dark)']]
    : [[theme === 'dark' ? NIGHT : SAND, '']];
  wanted.forEach(function (pair) {
    var meta = document.createElement('meta');
    meta.name = 'theme-color';
    meta.content = pair[0];
    if (pair[1]) { meta.media = pair[1]; }
    document.head.appendChild(meta);
  });
}
