/* The keyboard anywhere: "/" search, "g t" today, "g w" work, "?" this list. Not while typing, and
   off by one switch, which this browser remembers. */

var S = window.shalijin;
var waiting = 0;

document.addEventListener('keydown', function (event) {
  if (S.typing(event) || !document.getElementById('page-words')) { return; }
  if (event.key === '?') { event.preventDefault(); list(); return; }
  if (!S.keysOn()) { return; }
  if (event.key === '/') {
    var search = document.getElementById('q');
    if (search) { event.preventDefault(); search.focus(); }
    return;
  }
  if (Date.now() - waiting < 1500) {
    waiting = 0;
    var link = document.querySelector('[data-go="' + (/^[a-z]$/.test(event.key) ? event.key : '-') + '"]');
    if (link) { event.preventDefault(); link.click(); }
    return;
  }
  if (event.key === 'g') { waiting = Date.now(); }
});

function list() {
  var box = document.createElement('div');
  [['/', 'search'], ['g t', 'today'], ['j k', 'move'], ['x', 'done'], ['c', 'copy'], ['u', 'undo'], ['?', 'list']]
    .forEach(function (pair) {
      var line = document.createElement('p');
      line.className = 'keys';
      pair[0].split(' ').forEach(function (key) {
        var cap = document.createElement('kbd');
        cap.textContent = key;
        line.appendChild(cap);
      });
      var words = document.createElement('span');
      words.textContent = S.word('keys-' + pair[1]);
      line.appendChild(words);
      box.appendChild(line);
    });
  var toggle = document.createElement('button');
  toggle.type = 'button';
  toggle.className = 'btn btn--plain u-mt-4';
  toggle.textContent = S.word(S.keysOn() ? 'keys-off' : 'keys-on');
  toggle.addEventListener('click', function () {
    try { localStorage.setItem('shalijin-keys', S.keysOn() ? 'off' : 'on'); } catch (e) { return; }
    toggle.textContent = S.word(S.keysOn() ? 'keys-off' : 'keys-on');
  });
  box.appendChild(toggle);
  S.openSheet(S.word('keys'), box);
}
