/* Frames from the camera to the server, one after another; what to show next comes back with each answer. */
"use strict";
document.addEventListener("DOMContentLoaded", () => {
  const root = document.querySelector("[data-camera]");
  if (!root) return;
  const BETWEEN = 105; /* milliseconds: eight to ten frames a second */
  const LONG_SIDE = 640;
  const QUALITY = 0.8;
  const find = (name) => root.querySelector(name);
  const video = find("[data-video]");
  const button = find("[data-start]");
  const token = find("[name=csrfmiddlewaretoken]").value;
  const canvas = document.createElement("canvas");
  let said = "start";
  let stream = null;

  const say = (name) => {
    if (name === said) return; /* a screen reader hears a sentence once */
    said = name;
    root.querySelectorAll("[data-phrase]").forEach((one) => { one.hidden = one.dataset.phrase !== name; });
  };
  const trouble = (name) => {
    root.querySelectorAll("[data-trouble]").forEach((one) => { one.hidden = one.dataset.trouble !== name; });
    if (stream) stream.getTracks().forEach((track) => track.stop());
    stream = null;
    video.hidden = true;
    find("[data-idle]").hidden = false;
    find("[data-sign]").hidden = true;
    say("start");
    button.hidden = name === "lost" || name === "unable";
    button.disabled = false;
    button.classList.remove("busy");
  };
  const show = (answer) => {
    const prompt = answer.phase === "move" ? answer.prompt : null;
    find("[data-sign]").hidden = !prompt;
    root.querySelectorAll("[data-movement]").forEach((one) => { one.toggleAttribute("hidden", one.dataset.movement !== prompt); });
    root.querySelectorAll("[data-dot]").forEach((one, at) => {
      one.classList.toggle("done", at < answer.step);
      one.classList.toggle("now", at === answer.step && Boolean(prompt));
    });
    const dots = root.querySelectorAll("[data-dot]").length;
    find("[data-ring]").style.strokeDasharray = `${(100 * answer.step) / dots} 100`;
    find("[data-ring]").classList.toggle("begun", answer.step > 0);
    if (prompt) say(prompt);
    else if (answer.hint) say(`hint-${answer.hint}`);
    else say(answer.phase === "back" ? "seen" : "rest");
  };
  /* A new picture of the camera, never the same twice. */
  const nextPicture = () => new Promise((done) => {
    if (video.requestVideoFrameCallback) { video.requestVideoFrameCallback(() => done()); return; }
    const before = video.currentTime;
    const look = () => (video.currentTime === before ? window.requestAnimationFrame(look) : done());
    window.requestAnimationFrame(look);
  });
  const picture = () => new Promise((done) => {
    const scale = Math.min(1, LONG_SIDE / Math.max(video.videoWidth, video.videoHeight));
    canvas.width = Math.round(video.videoWidth * scale);
    canvas.height = Math.round(video.videoHeight * scale);
    canvas.getContext("2d").drawImage(video, 0, 0, canvas.width, canvas.height); /* never mirrored */
    canvas.toBlob(done, "image/jpeg", QUALITY);
  });
  const send = async (blob, counter, nonce, taken) => {
    const headers = { "Content-Type": "image/jpeg", "X-CSRFToken": token, "X-Counter": counter, "X-Nonce": nonce, "X-Taken": taken };
    const request = { method: "POST", body: blob, headers, credentials: "same-origin" };
    try {
      return await fetch(root.dataset.frames, request);
    } catch (error) {
      return fetch(root.dataset.frames, request); /* the same frame once more: the server knows it */
    }
  };
  const run = async () => {
    const begun = performance.now();
    let nonce = root.dataset.nonce;
    for (let counter = 0; ; counter += 1) {
      const started = performance.now();
      await nextPicture();
      if (!stream) return;
      const taken = Math.round(performance.now() - begun);
      const answer = await send(await picture(), counter, nonce, taken);
      if (!answer.ok) { trouble("lost"); return; }
      const told = await answer.json();
      if (told.over) {
        say("sending");
        stream.getTracks().forEach((track) => track.stop());
        window.location.assign(told.to);
        return;
      }
      nonce = told.nonce;
      show(told);
      const rest = BETWEEN - (performance.now() - started);
      if (rest > 0) await new Promise((done) => window.setTimeout(done, rest));
    }
  };
  const begin = async () => {
    trouble("");
    if (!navigator.mediaDevices || !navigator.mediaDevices.getUserMedia) { trouble("unable"); return; }
    button.disabled = true;
    button.classList.add("busy");
    say("waiting");
    try {
      stream = await navigator.mediaDevices.getUserMedia({ audio: false, video: { facingMode: "user", width: { ideal: 640 }, height: { ideal: 480 } } });
    } catch (error) {
      const known = { NotAllowedError: "denied", SecurityError: "denied", NotFoundError: "absent", OverconstrainedError: "absent", NotReadableError: "busy" };
      trouble(known[error.name] || "absent");
      return;
    }
    video.srcObject = stream;
    video.hidden = false;
    find("[data-idle]").hidden = true;
    button.hidden = true;
    await video.play();
    say("rest");
    find("[data-stage]").scrollIntoView({ block: "center" });
    try {
      await run();
    } catch (error) {
      trouble("lost");
    }
  };
  button.addEventListener("click", begin);
});
