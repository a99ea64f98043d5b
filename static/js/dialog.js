/* <a data-sheet="id" href>: opens that dialog instead of the page it leads to. data-sheet="" fetches
   the page and shows its part marked data-sheet-part. Where that fails, the link is followed. */

var S = window.shalijin;

S.on('click', '[data-sheet]', function (event, link) {
  if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) { return; }
  var id = link.getAttribute('data-sheet');
  var sheet = document.getElementById(id || 'sheet');
  if (!sheet || !sheet.showModal) { return; }
  event.preventDefault();
  if (id) { sheet.showModal(); return; }
  fetch(link.href, { credentials: 'same-origin' }).then(function (response) {
    if (!response.ok) { throw new Error(String(response.status)); }
    return response.text();
  }).then(function (html) {
    var page = new DOMParser().parseFromString(html, 'text/html');
    var part = page.querySelector('[data-sheet-part]');
    if (!part) { throw new Error('no part for a sheet'); }
    S.openSheet(part.getAttribute('data-sheet-part') || link.textContent, document.importNode(part, true));
  }).catch(function () { window.location.href = link.href; });
});

S.openSheet = function (title, content) {
  var sheet = document.getElementById('sheet');
  var body = document.getElementById('sheet-body');
  document.getElementById('sheet-title').textContent = title;
  body.textContent = '';
  body.appendChild(content);
  if (window.htmx) { window.htmx.process(body); }
  if (!sheet.open) { sheet.showModal(); }
};

/* A tap beside the sheet closes it: only the dialog itself is hit there, none of what is in it. */
S.on('click', 'dialog.sheet', function (event, sheet) {
  if (event.target === sheet) { sheet.close(); }
});
