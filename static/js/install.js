/* The service worker, for static files and the offline page. In WeChat, which can neither install
   nor download, data-wechat-only says how to open the page in a browser. */

var S = window.shalijin;

if (/MicroMessenger/i.test(navigator.userAgent)) {
  S.ready(function (root) {
    S.all(root, '[data-wechat-only]').forEach(function (note) { note.hidden = false; });
  });
} else if ('serviceWorker' in navigator) {
  window.addEventListener('load', function () {
    navigator.serviceWorker.register('/sw.js').catch(function () { /* it is only a convenience */ });
  });
}
