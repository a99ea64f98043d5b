/* <input type="checkbox" data-cell>: a box that is saved by itself. One that could not be saved goes
   back to what the server still has; busy.js says why. */

['htmx:responseError', 'htmx:sendError', 'htmx:timeout'].forEach(function (type) {
  document.addEventListener(type, function (event) {
    var box = event.target;
    if (box && box.matches && box.matches('[data-cell]')) { box.checked = !box.checked; }
  });
});
