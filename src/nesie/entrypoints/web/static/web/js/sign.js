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
      const answer = await fetch(form.dataset.document, { credentials: "same-origin" });
      if (!answer.ok) { say("failed"); return; }
      const data = bytesToBase64(await answer.arrayBuffer());
      say("waiting");
      const parameters = form.dataset.stamp === "yes" ? NCALayerClient.basicsCMSParamsDetached : NCALayerClient.basicsCMSParamsDetachedNoTSP;
      /* Only the reader's own certificates are offered; the server judges by itself whose the signature is. */
      const preset = form.dataset.test === "yes" ? NCALayerClient.basicsSignerTestAny : NCALayerClient.basicsSignerSignPerson;
      const signer = { ...preset, iin: form.dataset.iin };
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
  form.querySelectorAll("[data-sign-now]").forEach((button) => button.addEventListener("click", () => sign(button)));
});
