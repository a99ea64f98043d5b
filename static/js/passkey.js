/* <form data-passkey="login|add|use">: asks the device for a passkey and sends its answer in the
   field "credential". login fetches its challenge when it is pressed; add and use find theirs in
   the element that data-options names. A form is hidden where the browser knows no passkeys, as
   inside WeChat. */

var S = window.shalijin;
var KNOWN = !!(window.PublicKeyCredential && navigator.credentials && window.isSecureContext) &&
  navigator.userAgent.indexOf('MicroMessenger') < 0;

S.ready(function (root) {
  S.all(root, 'form[data-passkey]').forEach(function (form) { form.hidden = !KNOWN; });
  S.all(root, '[data-without-passkey]').forEach(function (note) { note.hidden = KNOWN; });
});

S.on('submit', 'form[data-passkey]', function (event, form) {
  var kind = form.getAttribute('data-passkey');
  if (form.elements.credential.value) { return; }
  event.preventDefault();
  options(form, kind).then(function (wanted) {
    return kind === 'add' ? create(wanted.publicKey) : get(wanted.publicKey);
  }).then(function (answer) {
    form.elements.credential.value = JSON.stringify(answer);
    form.submit();
  }).catch(function (error) {
    var note = form.querySelector('[data-passkey-failed]');
    if (note) { note.hidden = false; }
    S.say(note ? note.textContent : S.word('failed'));
    console.warn(error && error.name);
  });
});

function options(form, kind) {
  if (kind !== 'login') {
    var kept = document.getElementById(form.getAttribute('data-options'));
    var data = JSON.parse(kept.textContent);
    return Promise.resolve(data.creation_options || data.request_options);
  }
  return fetch(form.action, { credentials: 'same-origin', headers: { Accept: 'application/json' } })
    .then(function (response) {
      if (!response.ok) { throw new Error(String(response.status)); }
      return response.json();
    }).then(function (data) { return data.request_options; });
}

function create(wanted) {
  wanted.challenge = bytes(wanted.challenge);
  wanted.user.id = bytes(wanted.user.id);
  wanted.excludeCredentials = (wanted.excludeCredentials || []).map(described);
  /* One that signs in by itself: kept on the device, opened by finger, face or PIN. */
  wanted.authenticatorSelection = wanted.authenticatorSelection || {};
  wanted.authenticatorSelection.residentKey = 'required';
  wanted.authenticatorSelection.requireResidentKey = true;
  wanted.authenticatorSelection.userVerification = 'required';
  return navigator.credentials.create({ publicKey: wanted }).then(function (made) {
    return plain(made, {
      clientDataJSON: text(made.response.clientDataJSON),
      attestationObject: text(made.response.attestationObject),
      transports: made.response.getTransports ? made.response.getTransports() : []
    });
  });
}

function get(wanted) {
  wanted.challenge = bytes(wanted.challenge);
  wanted.allowCredentials = (wanted.allowCredentials || []).map(described);
  return navigator.credentials.get({ publicKey: wanted }).then(function (found) {
    return plain(found, {
      clientDataJSON: text(found.response.clientDataJSON),
      authenticatorData: text(found.response.authenticatorData),
      signature: text(found.response.signature),
      userHandle: found.response.userHandle ? text(found.response.userHandle) : null
    });
  });
}

function plain(credential, response) {
  return {
    type: credential.type,
    id: credential.id,
    rawId: text(credential.rawId),
    authenticatorAttachment: credential.authenticatorAttachment || null,
    clientExtensionResults: credential.getClientExtensionResults(),
    response: response
  };
}

function described(one) {
  var copy = { type: one.type, id: bytes(one.id) };
  if (one.transports) { copy.transports = one.transports; }
  return copy;
}

function bytes(base64url) {
  var raw = atob(base64url.replace(/-/g, '+').replace(/_/g, '/'));
  var found = new Uint8Array(raw.length);
  for (var i = 0; i < raw.length; i += 1) { found[i] = raw.charCodeAt(i); }
  return found.buffer;
}

function text(buffer) {
  var raw = '';
  new Uint8Array(buffer).forEach(function (byte) { raw += String.fromCharCode(byte); });
  return btoa(raw).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
}
