/* data-script-use="address": that the words inside were copied is told there, when there is a connection;
   copying itself needs none. */

var S = window.shalijin;

document.addEventListener('shalijin:copied', function (event) {
  var place = event.target.closest('[data-script-use]');
  var guard = document.querySelector('[name="csrfmiddlewaretoken"]');
  if (!place || !guard) { return; }
  var data = new FormData();
  data.append('csrfmiddlewaretoken', guard.value);
  fetch(place.getAttribute('data-script-use'), {
    method: 'POST', body: data, credentials: 'same-origin', headers: { 'HX-Request': 'true' }
  }).catch(function () {});
});
