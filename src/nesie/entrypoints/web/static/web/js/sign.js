/* Signing on the client's own machine: the key never leaves NCALayer, only the signature comes back. */
"use strict";
document.addEventListener("DOMContentLoaded", () => {
  const form = document.querySelector("form[data-sign]");
  if (!form) return;
  const say = (name) => {
    form.querySelectorAll("[data-say]").forEach((one) => { one.hidden = one.dataset.say !== name; });
  };
  const bytesToBase64 = (buffer) => {
    const bytes = new Uint8Array(buffer);
    let text = "";
    for (let start = 0; start < bytes.length; start += 32768) text += String.fromCharCode(...bytes.subarray(start, start + 32768));
    return window.btoa(text);
  };
  const theDocument = async () => {
    const answer = await fetch(form.dataset.document, { credentials: "same-origin" });
    return answer.ok ? bytesToBase64(await answer.arrayBuffer()) : "";
  };
  /* To get in, a fresh text is signed, asked for when it is needed since it is good for minutes only. */
  const freshText = async () => {
    const answer = await fetch(form.dataset.ask, { method: "POST", body: new FormData(form), credentials: "same-origin" });
    if (!answer.ok) return "";
    const given = await answer.json();
    form.querySelector("[name=challenge]").value = given.challenge;
    return given.text;
  };
  const test = form.dataset.test === "yes";
  /* In the capacity the document is signed in: a person's own key, or one issued to him for his organisation. */
  const holders = {
    individual: NCALayerClient.basicsSignerSignPerson,
    head: NCALayerClient.basicsSignerSignHead,
    signatory: NCALayerClient.basicsSignerSignTrusted,
    employee: NCALayerClient.basicsSignerSignEmployee,
  };
  const forSigning = () => {
    const { iin, bin, holder } = form.dataset;
    /* In the demonstration every key of the person is offered. */
    const preset = test && !bin ? NCALayerClient.basicsSignerTestAny : holders[holder];
    return { ...preset, iin, ...(bin ? { bin } : {}) };
  };
  const forSignIn = () => ({ ...(test ? NCALayerClient.basicsSignerTestAny : {}), ...NCALayerClient.basicsSignerAuthPerson });
  const sign = async (button) => {
    button.classList.add("busy");
    button.disabled = true;
    const client = new NCALayerClient(form.dataset.ncalayer, form.dataset.kaztoken === "yes");
    try {
      say("connecting");
      try {
        await client.connect();
      } catch (error) {
        say("absent");
        return;
      }
      const data = await (form.dataset.ask ? freshText() : theDocument());
      if (!data) { say("failed"); return; }
      say("waiting");
      const parameters = form.dataset.stamp === "yes" ? NCALayerClient.basicsCMSParamsDetached : NCALayerClient.basicsCMSParamsDetachedNoTSP;
      /* Only certificates that can serve here are offered; the server judges by itself whose the signature is. */
      const signer = form.dataset.ask ? forSignIn() : forSigning();
      const cms = await client.basicsSignCMS(NCALayerClient.basicsStorageAll, data, parameters, signer, form.dataset.locale);
      form.querySelector("[name=cms]").value = Array.isArray(cms) ? cms[0] : cms;
      say("sending");
      form.submit();
    } catch (error) {
      say(error && error.canceledByUser ? "cancelled" : "failed");
    } finally {
      if (client.wsConnection) client.wsConnection.close();
      button.classList.remove("busy");
      button.disabled = false;
    }
  };
  /* The phone brings its signature to the server by itself; the page only asks whether it has come. */
  const phone = form.querySelector("[data-phone]");
  const call = form.querySelector("[data-phone-now]");
  let waiting = null;
  const ask = async () => {
    let told = { state: "waiting" };
    try {
      const answer = await fetch(phone.dataset.phone, { credentials: "same-origin" });
      if (answer.ok) told = await answer.json();
    } catch (error) { /* the next question may get through */ }
    if (told.state === "waiting") { waiting = window.setTimeout(ask, 2500); return; }
    phone.hidden = true;
    if (told.state === "signed") {
      say("sending");
      form.submit();
      return;
    }
    if (told.state === "refused") form.querySelector("[data-told]").textContent = told.message;
    say(told.state);
    form.querySelectorAll("button").forEach((one) => { one.disabled = true; });
  };
  if (call) call.addEventListener("click", () => {
    phone.hidden = !phone.hidden;
    call.setAttribute("aria-expanded", String(!phone.hidden));
    window.clearTimeout(waiting);
    if (phone.hidden) { say(""); return; }
    say("phone");
    ask();
  });
  form.querySelectorAll("[data-sign-now]").forEach((button) => button.addEventListener("click", () => sign(button)));
});
