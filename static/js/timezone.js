/* Tells the server the time zone of this device, so that somebody new need not look it up. */

var S = window.shalijin;

S.ready(function () {
  var zone = '';
  try { zone = Intl.DateTimeFormat().resolvedOptions().timeZone || ''; } catch (e) { zone = ''; }
  if (!zone || document.cookie.indexOf('tz=' + zone) >= 0) { return; }
  document.cookie = 'tz=' + zone + ';path=/;max-age=31536000;samesite=lax' +
    (location.protocol === 'https:' ? ';secure' : '');
});
