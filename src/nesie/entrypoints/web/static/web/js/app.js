/* Small helps of every page: confirm before harm, progress while waiting, sliders, countdowns. Nothing is stored. */
"use strict";
(() => {
  /* The HTMX library notes the address of the page for its history, which we do not use: nothing stays behind. */
  const forget = () => window.sessionStorage.clear();
  forget();
  document.addEventListener("htmx:afterSettle", forget);

  const grouped = (value) => Number(value).toLocaleString("ru-RU").replace(/[\u202f\s]/g, "\u00a0");

  /* A form or button that does harm asks first, in a dialog a keyboard can use. */
  const dialog = document.getElementById("confirm");
  let asking = null;
  document.addEventListener("submit", (event) => {
    const form = event.target;
    const button = event.submitter;
    const question = (button && button.dataset.confirm) || form.dataset.confirm;
    if (question && dialog && asking !== form) {
      event.preventDefault();
      dialog.querySelector("[data-question]").textContent = question;
      dialog.querySelector("[data-yes]").onclick = () => {
        dialog.close();
        asking = form;
        form.requestSubmit(button || undefined);
      };
      dialog.showModal();
      return;
    }
    asking = null;
    if (event.defaultPrevented || form.target === "_blank" || form.hasAttribute("hx-post") || form.hasAttribute("hx-get")) return;
    const pressed = button || form.querySelector("button[type=submit]");
    if (pressed) {
      pressed.classList.add("busy");
      pressed.setAttribute("aria-busy", "true");
    }
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "1";
  });
  /* Coming back by the browser's own button must not find a dead form. */
  window.addEventListener("pageshow", () => {
    document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent);
    document.querySelectorAll(".busy").forEach((one) => { one.classList.remove("busy"); one.removeAttribute("aria-busy"); });
  });

  /* The menu of the staff is longer than a screen: the place where one is stands in sight. */
  const here = document.querySelector(".staff-side nav [aria-current]");
  if (here) here.scrollIntoView({ block: "nearest", inline: "center" });

  const showSlider = (input) => {
    const output = document.querySelector(`output[for="${input.id}"]`);
    if (!output) return;
    const text = grouped(input.value) + (input.dataset.unit ? "\u00a0" + input.dataset.unit : "");
    output.textContent = text;
    input.setAttribute("aria-valuetext", text);
  };
  const dressSliders = (root) => root.querySelectorAll("input[type=range]").forEach((input) => {
    showSlider(input);
    input.addEventListener("input", () => showSlider(input));
  });

  /* The product chosen sets the limits of the sliders. */
  const bindProducts = (root) => root.querySelectorAll("[data-product-limits]").forEach((choice) => {
    const apply = () => {
      if (!choice.checked) return;
      const limits = JSON.parse(choice.dataset.productLimits);
      Object.entries(limits).forEach(([name, limit]) => {
        const slider = choice.form.querySelector(`input[type=range][name="${name}"]`);
        if (!slider) return;
        Object.assign(slider, { min: limit.min, max: limit.max, step: limit.step });
        if (limit.unit) slider.dataset.unit = limit.unit;
        slider.value = Math.min(Math.max(slider.value, limit.min), limit.max);
        showSlider(slider);
        const ends = choice.form.querySelector(`[data-ends="${name}"]`);
        if (ends) {
          const unit = limit.unit ? "\u00a0" + limit.unit : "";
          ends.children[0].textContent = grouped(limit.min) + unit;
          ends.children[1].textContent = grouped(limit.max) + unit;
        }
        slider.closest("[data-slider]").hidden = Number(limit.min) === Number(limit.max);
      });
    };
    choice.addEventListener("change", apply);
    apply();
  });

  /* Counts down to a moment by the server's clock: only the difference between the two is used. */
  const bindCountdowns = (root) => root.querySelectorAll("[data-countdown]").forEach((place) => {
    let left = Number(place.dataset.countdown);
    const pad = (n) => String(n).padStart(2, "0");
    const show = () => { place.textContent = `${pad(Math.floor(left / 3600))}:${pad(Math.floor(left / 60) % 60)}:${pad(left % 60)}`; };
    show();
    const timer = setInterval(() => {
      left -= 1;
      if (left <= 0) {
        clearInterval(timer);
        if (place.dataset.then === "reload") window.location.reload();
        left = 0;
      }
      show();
    }, 1000);
  });

  /* The browser's own words beside a file field are in the browser's language: ours stand there instead. */
  const bindFiles = (root) => root.querySelectorAll("input[type=file][data-chosen]").forEach((input) => {
    const place = document.getElementById(input.dataset.chosen);
    const nothing = place.textContent;
    const show = () => { place.textContent = Array.from(input.files, (file) => file.name).join(", ") || nothing; };
    input.addEventListener("change", show);
    show();
  });

  const bindPhotos = (root) => root.querySelectorAll("input[type=file][data-preview]").forEach((input) => {
    input.addEventListener("change", () => {
      const image = document.getElementById(input.dataset.preview);
      const file = input.files[0];
      if (!image || !file) return;
      const reader = new FileReader();
      reader.onload = () => { image.src = reader.result; image.hidden = false; };
      reader.readAsDataURL(file);
    });
  });

  /* In the demonstration a ready person fills the form in; nothing of it exists elsewhere. */
  const bindFillers = (root) => root.querySelectorAll("[data-fill]").forEach((button) => {
    button.addEventListener("click", () => {
      const values = JSON.parse(button.dataset.fill);
      Object.entries(values).forEach(([name, value]) => {
        const field = document.querySelector(`form [name="${name}"]:not([type=hidden]):not([type=radio])`);
        if (field) field.value = value;
      });
      const first = document.querySelector("main form .form-control");
      if (first) first.focus();
    });
  });

  const dress = (root) => { dressSliders(root); bindProducts(root); bindCountdowns(root); bindFiles(root); bindPhotos(root); bindFillers(root); };
  document.addEventListener("DOMContentLoaded", () => {
    dress(document);
    const wrong = document.querySelector(".is-invalid, [data-focus]");
    if (wrong) wrong.focus();
    document.querySelectorAll("[data-close]").forEach((one) => one.addEventListener("click", () => one.closest("dialog").close()));
    document.querySelectorAll("[data-print]").forEach((one) => one.addEventListener("click", () => window.print()));
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    dress(event.detail.elt);
    /* What was fetched for a dialog is read there; closing it leads back to the figure that asked. */
    const place = event.detail.target;
    const opens = place && place.dataset.opens && document.getElementById(place.dataset.opens);
    if (!opens) return;
    if (!opens.open) opens.showModal();
    const title = place.querySelector("[tabindex='-1']");
    if (title) title.focus();
    opens.scrollTop = 0;
  });
})();
