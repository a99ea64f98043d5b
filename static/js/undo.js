/* The way back of the newest toast: the button, or "u" where keys are on. A form with hx-post is
   answered in place; any other form goes to the server and back by itself. */

var S = window.shalijin;

S.undo = function () {
  var forms = document.querySelectorAll('#toasts form[data-undo]');
  var form = forms[forms.length - 1];
  if (!form) { return false; }
  form.querySelector('button').click();
  return true;
};

document.addEventListener('htmx:afterRequest', function (event) {
  var form = event.target.closest ? event.target.closest('form[data-undo]') : null;
  if (!form) { return; }
  var toast = form.closest('[data-toast]');
  if (event.detail.successful) {
    if (toast && toast.parentNode) { toast.parentNode.removeChild(toast); }
    S.say(S.word('undone'));
  }
});
