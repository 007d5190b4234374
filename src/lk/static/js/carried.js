/* What a phone carries, on the page of readings and on the one without a signal: shows it, keeps it, sends it. */
(() => {
  "use strict";
  const place = document.querySelector("[data-carried-drafts]");
  if (!place || !self.indexedDB || !navigator.locks) return;
  const { carried } = self;
  const { owner } = document.body.dataset;
  const account = location.pathname.match(/^\/accounts\/([^/]+)/)?.[1];
  const { lang } = document.documentElement;
  const locale = { en: "en-GB" }[lang] ?? lang;
  const moment = new Intl.DateTimeFormat(locale, { day: "numeric", month: "long", hour: "2-digit", minute: "2-digit" });
  const number = new Intl.NumberFormat(locale);
  const today = () => new Date(Date.now() - new Date().getTimezoneOffset() * 60000).toISOString().slice(0, 10);
  const isHere = (each) => !account || each.account === account;
  const copyOf = (name) => document.querySelector(`template[data-carried-${name}]`).content.cloneNode(true);

  /* What is kept is said in every language, the page speaks one. */
  const said = (words) => words?.[lang] ?? words;
  const lineOf = (textContent) => Object.assign(document.createElement("li"), { textContent });

  /* Every [data-fill] says what stands in it: words, or a line for each of a list; what is empty is left out. */
  const fill = (node, facts) => {
    for (const slot of node.querySelectorAll("[data-fill]")) {
      const words = said(facts[slot.dataset.fill]) ?? "";
      if (!words.length) slot.remove();
      else if (Array.isArray(words)) slot.replaceChildren(...words.map(lineOf));
      else slot.textContent = words;
    }
    return node;
  };

  const banner = (draft) => {
    const value = ([name, whole]) => `${said(draft.labels[name])}: ${number.format(whole)}`.replaceAll(" ", "\u00a0");
    const values = [said(draft.meterTitle), ...Object.entries(draft.values).map(value)].join(" · ");
    const node = fill(copyOf(`state="${draft.state}"`), { ...draft, taken: moment.format(draft.taken), values });
    const page = `/accounts/${draft.account}/readings`;
    for (const link of node.querySelectorAll("[data-to]")) link.href = link.dataset.to + page;
    for (const button of node.querySelectorAll("[data-act]")) button.onclick = () => acts[button.dataset.act](draft);
    return node;
  };

  /* Whoever pressed a button there stays there when it goes. */
  let drawn;
  const draw = (drafts) => {
    const states = `${drafts.map(({ key, state }) => key + state)}`;
    if (states === drawn && place.childElementCount === drafts.length) return;
    drawn = states;
    const isHeld = place.contains(document.activeElement);
    place.replaceChildren(...drafts.map(banner));
    if (isHeld) place.focus();
  };

  const show = async () => {
    const drafts = (await carried.drafts()).filter(isHere);
    draw(drafts);
    for (const button of document.querySelectorAll("[data-carried-keeps]")) {
      const own = Number(button.form.elements.meter.value);
      const isKept = drafts.some(({ meter, state }) => meter === own && state === "waiting");
      button.textContent = isKept ? button.dataset.again : button.dataset.carriedKeeps;
    }
    /* The page itself tells of what came before it: shown once beside it, and not again. */
    const told = drafts.filter(({ state }) => owner && /sent|held/.test(state));
    for (const { key } of told) await carried.change(key, { isSeen: true });
  };

  const hide = (name, isHidden) =>
    document.querySelectorAll(`[data-carried-${name}]`).forEach((each) => (each.hidden = isHidden));

  /* There is a signal: what can be done without one is not needed any more, unless somebody types just now. */
  const back = () => {
    const title = document.querySelector("[data-carried-back]");
    if (!title) return;
    title.textContent = title.dataset.carriedBack;
    const isTyped = [...document.querySelectorAll("[data-digits]")].some((each) => each.value !== each.defaultValue);
    hide("some", true);
    hide("none", true);
    hide("forms", !isTyped);
  };

  const send = () => carried.send().then((answered) => answered && back()).catch(() => {}).then(show);

  const acts = {
    confirm: (draft) => carried.change(draft.key, { state: "waiting", confirmed: draft.asked }).then(deliver),
    again: (draft) => carried.change(draft.key, { state: "waiting" }).then(deliver),
    forget: (draft) => carried.forget(({ key }) => key === draft.key).then(show),
  };

  /* Now, and by the worker when there is a signal, even if this page is closed by then. */
  const deliver = async () => {
    await show();
    const worker = await navigator.serviceWorker?.getRegistration();
    await worker?.sync?.register(carried.NAME).catch(() => {});
    await send();
  };

  const oddIn = (input) => {
    if (!/^\d+$/.test(input.value)) return place.dataset.wanted;
    return input.value.length > input.dataset.digits ? input.dataset.many : "";
  };

  const keep = async (form) => {
    if (!(await kept(form).catch(() => place.prepend(copyOf('state="unkept"'))))) return;
    await show();
    place.focus();
    await deliver();
  };

  /* By what the page says of the meter: the phone has forgotten it where the session ended. Raises without room. */
  const kept = async (form) => {
    const inputs = [...form.querySelectorAll("[data-digits]")];
    for (const input of inputs) {
      input.value = self.wholeOf(input);
      input.setCustomValidity(oddIn(input));
      input.addEventListener("input", () => input.setCustomValidity(""), { once: true });
    }
    if (!inputs.every((input) => input.reportValidity())) return false;
    const meter = Number(form.elements.meter.value);
    const known = (pageHere()?.meters ?? (await carried.forms())).find((each) => each.meter === meter);
    await carried.keep({
      owner,
      account: known.account ?? account,
      meter,
      meterTitle: known.title,
      labels: Object.fromEntries(known.dials.map(({ name, label }) => [name, label])),
      values: Object.fromEntries(inputs.map(({ name, value }) => [name, value])),
      confirmed: form.elements.confirmed?.value,
    });
    for (const input of inputs) input.defaultValue = input.value;
    return true;
  };

  const dialOf = (meter, { name, label, digits, ratio, previous, price }) => {
    const box = document.createElement("template");
    const { innerHTML } = document.querySelector("template[data-carried-dial]");
    box.innerHTML = innerHTML.replaceAll("carried-key", `meter-${meter}-${name}`);
    const was = previous === null ? "" : place.dataset.was.replace("{}", number.format(previous));
    const times = ratio > 1 ? ` × ${number.format(ratio)}` : "";
    const node = fill(box.content, {});
    node.querySelector(".dial").className = `dial dial-${digits}`;
    node.querySelector("label").textContent = said(label);
    node.querySelector(".dial-head .muted").textContent = was + times;
    const input = Object.assign(node.querySelector("input"), { name, placeholder: "0".repeat(digits) });
    const facts = { digits, ratio, previous, priceKopecks: price };
    for (const [key, value] of Object.entries(facts)) if (value !== null) input.dataset[key] = value;
    return node;
  };

  const formOf = (known, at) => {
    const node = fill(copyOf("form"), { invitation: known.until >= today() ? known.invitation : "" });
    node.querySelector("h2").textContent = said(known.title);
    const form = node.querySelector("form");
    form.elements.meter.value = known.meter;
    form.elements.meter.after(...known.dials.map((dial) => dialOf(known.meter, dial)));
    if (!known.is_live) form.querySelector(".dial-total").remove();
    form.querySelector(at ? ".lamp" : ".button:not(.lamp)").remove();
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      keep(form);
    });
    return node;
  };

  const showForms = async (box) => {
    const known = (await carried.forms()).filter(isHere);
    box.replaceChildren(...known.map(formOf));
    hide("none", known.length > 0);
    hide("some", !known.length);
  };

  const pageHere = () => JSON.parse(document.querySelector("[data-carried-page]")?.dataset.carriedPage ?? null);
  const handOver = () => pageHere() && carried.handOver(owner, pageHere());

  const isReading = ({ elt, requestConfig }) => elt.matches("form") && /\/readings$/.test(requestConfig.path);

  /* The session has ended: no digits are left behind for the page of sign-in, and a sum only asked for can wait. */
  document.addEventListener("htmx:beforeOnLoad", (event) => {
    const { xhr, requestConfig } = event.detail;
    const isSignIn = xhr.getResponseHeader("HX-Redirect")?.startsWith("/sign-in");
    if (!isSignIn || !/\/readings(\/preview)?$/.test(requestConfig.path)) return;
    event.preventDefault();
    if (isReading(event.detail)) keep(event.detail.elt);
  });

  /* Before lk.js, which tells what nobody keeps. */
  const after = (event) => {
    const { elt, xhr } = event.detail;
    if (!isReading(event.detail)) return;
    if ([0, 502, 504].includes(xhr.status)) {
      event.preventDefault();
      keep(elt);
    } else if (xhr.status === 200) {
      const sent = Number(elt.elements.meter.value);
      carried.forget(({ meter }) => meter === sent).then(handOver).then(show);
    }
  };
  document.addEventListener("htmx:afterRequest", after, true);

  const begin = async () => {
    if (owner) await carried.settle(owner, lang);
    if (owner) await carried.forget(({ isSeen }) => isSeen);
    await handOver();
    const box = document.querySelector("[data-carried-forms]");
    if (box) await showForms(box);
    await show();
    carried.news.addEventListener("message", () => show().then(back));
    self.addEventListener("online", send);
    document.addEventListener("visibilitychange", () => document.hidden || send());
    await send();
  };
  begin().catch(() => {});
})();
