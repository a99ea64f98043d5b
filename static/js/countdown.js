/* <span data-countdown="50">: counts down to nothing, then shows the element that data-then names
   and hides itself. Without a script both stand there, and the server says how long to wait. */

var S = window.shalijin;

S.ready(function (root) {
  S.all(root, '[data-countdown]').forEach(function (place) {
    var then = document.getElementById(place.getAttribute('data-then'));
    var left = Number(place.getAttribute('data-countdown'));
    var ends = Date.now() + left * 1000;
    var number = place.querySelector('[data-seconds]') || place;
    if (then) { then.hidden = left > 0; }
    var timer = setInterval(function () {
      left = Math.ceil((ends - Date.now()) / 1000);
      if (left > 0) { number.textContent = String(left); return; }
      clearInterval(timer);
      place.hidden = true;
      if (then) { then.hidden = false; }
    }, 1000);
  });
});
