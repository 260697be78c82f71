/* Passkeys: the browser's own dialogue makes or uses the key, which never leaves the device; a form carries the answer. */
"use strict";
document.addEventListener("DOMContentLoaded", () => {
  const toBytes = (text) => Uint8Array.from(window.atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));
  const toText = (buffer) => window.btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const told = (options) => {
    const read = JSON.parse(options);
    read.challenge = toBytes(read.challenge);
    if (read.user) read.user.id = toBytes(read.user.id);
    (read.excludeCredentials || []).forEach((one) => { one.id = toBytes(one.id); });
    (read.allowCredentials || []).forEach((one) => { one.id = toBytes(one.id); });
    return read;
  };
  const answer = (credential) => {
    const response = {};
    ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"].forEach((name) => {
      if (credential.response[name]) response[name] = toText(credential.response[name]);
    });
    return JSON.stringify({ id: credential.id, rawId: toText(credential.rawId), type: credential.type, response });
  };
  document.querySelectorAll("form[data-passkey]").forEach((form) => {
    const say = (name, words) => form.querySelectorAll("[data-say]").forEach((one) => {
      one.hidden = one.dataset.say !== name;
      const place = one.querySelector("[data-words]");
      if (place && words) place.textContent = words;
    });
    const button = form.querySelector("[data-passkey-now]");
    if (!window.PublicKeyCredential) { button.disabled = true; say("absent"); return; }
    const run = async () => {
      button.disabled = true;
      try {
        const asked = await fetch(form.dataset.ask, { method: "POST", body: new FormData(form), credentials: "same-origin" });
        const given = await asked.json();
        if (!asked.ok) { say("trouble", given.trouble); return; }
        say("waiting");
        const publicKey = told(given.options);
        const made = await (form.dataset.passkey === "make" ? navigator.credentials.create({ publicKey }) : navigator.credentials.get({ publicKey }));
        form.querySelectorAll("input[type=password]").forEach((one) => { one.value = ""; });
        form.elements.challenge.value = given.challenge;
        form.elements.credential.value = answer(made);
        HTMLFormElement.prototype.submit.call(form);
      } catch (error) {
        say(error && error.name === "NotAllowedError" ? "cancelled" : "failed");
      } finally {
        button.disabled = false;
      }
    };
    form.addEventListener("submit", (event) => { event.preventDefault(); event.stopPropagation(); run(); });
  });
});
