/* Sooner than the server, never instead. */
(() => {
  "use strict";
  const { lang } = document.documentElement;
  const count = new Intl.NumberFormat(lang);
  const sum = new Intl.NumberFormat(lang, { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  const spoken = (kopecks) => `${sum.format(kopecks / 100)}\u00a0₽`;
  const marksOf = (input) => input.closest(".dial").classList;

  /* { line, kopecks } of what is typed; kopecks is null while unknown. */
  const judge = (input, whole) => {
    const { digits, previous, priceKopecks: price, ratio = 1, less, many, unit } = input.dataset;
    const difference = (whole - previous) * ratio;
    if (whole.length > digits) return { line: many, kopecks: null };
    if (!/^\d+$/.test(whole) || previous === undefined) return { line: "", kopecks: null };
    if (difference < 0) return { line: less, kopecks: null };
    const line = `+${count.format(difference)}\u00a0${unit}` + (price ? ` × ${spoken(price)}` : "");
    return { line, kopecks: price ? difference * price : null };
  };

  /* "45,210" is one number in English, "5000,7" in no language: that comma begins what is not needed. */
  const GROUPED = lang === "en" ? /^[1-9]\d{0,2}(,\d{3})+(?=\.|$)/ : /(?!)/;
  const BEGUN = lang === "en" ? /^[1-9]\d{0,2}(,\d{3})*,\d{0,2}$/ : /(?!)/;
  const plain = (text) => text.replace(/\s/g, "").replace(GROUPED, (digits) => digits.replaceAll(",", ""));
  const isFraction = (text) => /[.,]/.test(plain(text)) && !BEGUN.test(plain(text));
  const whole = ({ value }) => (isFraction(value) ? plain(value).split(/[.,]/)[0] : plain(value));

  const showReading = (input) => {
    const dial = input.closest(".dial");
    /* There are cells for digits alone. */
    if (input.value.length > input.dataset.digits) input.value = plain(input.value);
    const { line, kopecks } = judge(input, whole(input));
    if (isFraction(input.value)) marksOf(input).add("dial-fraction");
    const left = input.value ? Math.max(0, input.dataset.digits - input.value.length) : 0;
    dial.querySelector(".dial-ghost").textContent = "0".repeat(left);
    dial.querySelector("[data-line]").textContent = line;
    dial.querySelector("[data-sum]").textContent = kopecks === null ? "" : spoken(kopecks);
    const total = input.form?.querySelector("[data-total]");
    if (total) showTotal(total, [...input.form.querySelectorAll("[data-digits]")]);
  };

  const showTotal = (total, inputs) => {
    const parts = inputs.map((input) => judge(input, whole(input)).kopecks);
    total.textContent = parts.includes(null) ? "—" : spoken(parts.reduce((all, part) => all + part, 0));
  };

  /* "5000,7" stays 5000; the cell beside the dial says why. */
  const refuseFraction = (event) => {
    const marks = marksOf(event.target);
    const isRefused = !!event.data && (isFraction(event.target.value + event.data) || marks.contains("dial-fraction"));
    marks.toggle("dial-fraction", isRefused);
    if (isRefused && event.data.length === 1) event.preventDefault();
  };

  const dropFraction = (input) => {
    input.value = whole(input);
    showReading(input);
    marksOf(input).remove("dial-fraction");
  };

  self.wholeOf = whole;

  const showPassword = (button) => {
    const input = document.getElementById(button.dataset.show);
    const isShown = input.type === "password";
    input.type = isShown ? "text" : "password";
    button.ariaPressed = String(isShown);
    [button.textContent, button.dataset.other] = [button.dataset.other, button.textContent];
  };

  /* Most such numbers are digits: the phone shows a keyboard of digits until letters are asked for. */
  const expectDigits = (button) => {
    const input = document.getElementById(button.dataset.letters);
    if (/\p{L}/u.test(input.value)) return;
    input.inputMode = "numeric";
    button.hidden = false;
  };

  const allowLetters = (button) => {
    const input = document.getElementById(button.dataset.letters);
    button.hidden = true;
    input.inputMode = "text";
    input.focus();
  };

  const prepare = (root) => {
    root.querySelectorAll("[data-letters]").forEach(expectDigits);
    root.querySelectorAll("[data-show]").forEach((button) => (button.hidden = false));
    root.querySelectorAll("[data-digits]").forEach((input) => input.value && showReading(input));
  };

  /* After a swap: to the errors; where focus was lost, to what came of it, else to the new part. */
  const keepFocus = (root) => {
    if (root.matches("[data-quiet], [data-quiet] *")) return;
    const isLost = document.activeElement === document.body;
    const outcome = () => root.querySelector(".banner") || root.querySelector("h1, h2") || root;
    const target = root.querySelector(".errors") || (isLost && outcome());
    if (!target) return;
    target.tabIndex = -1;
    target.focus();
  };

  /* Nobody answered, or a proxy instead of lk. Only of a form: what is merely counted can wait. */
  const tellLost = ({ defaultPrevented: isKept, detail: { elt, xhr } }) => {
    if (isKept || ![0, 502, 504].includes(xhr.status) || !elt.matches("form")) return;
    const trouble = document.getElementById("trouble");
    trouble.replaceChildren(document.getElementById("lost").content.cloneNode(true));
    trouble.scrollIntoView();
    keepFocus(trouble);
  };

  /* A menu left open would lie over where the focus goes. */
  const MENU = ".more, .staff-more";
  const leaveMenu = ({ target, key, relatedTarget: next }) => {
    const menu = target.closest(MENU);
    if (key === "Escape") menu.firstElementChild.focus();
    else if (!next || menu.contains(next)) return;
    menu.open = false;
  };

  const on = (name, selector, react) =>
    document.addEventListener(name, (event) => event.target.closest?.(selector) && react(event));
  on("beforeinput", "[data-digits]", refuseFraction);
  on("input", "[data-digits]", (event) => showReading(event.target));
  on("change", "[data-digits]", (event) => dropFraction(event.target));
  on("focusout", MENU, leaveMenu);
  on("keydown", MENU, leaveMenu);
  on("click", "[data-show]", (event) => showPassword(event.target));
  on("click", "[data-letters]", (event) => allowLetters(event.target));
  document.addEventListener("htmx:beforeOnLoad", () => document.getElementById("trouble")?.replaceChildren());
  document.addEventListener("htmx:afterRequest", tellLost);
  document.addEventListener("htmx:load", (event) => prepare(event.detail.elt));
  document.addEventListener("htmx:afterSettle", (event) => keepFocus(event.detail.elt));
  prepare(document);
  document.querySelector(".errors")?.focus();
})();
