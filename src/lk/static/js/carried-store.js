/* Readings that a phone carries until there is a signal, for the pages and for the worker behind them.

   forms   { meter, account, title, dials, … }   what the page of readings handed over: the form opens by it
   drafts  { key, owner, account, meter, title, values, taken, state, told }
   facts   { name: "owner", value }              whose all of it is: whoever comes next finds nothing
           { name: "language", value }           of the page seen last
   A draft's `state`: waiting, sign-in (both are sent when they can be), asks, refused, gone, sent, held. */
(() => {
  "use strict";
  const STORES = { forms: "meter", drafts: "key", facts: "name" };
  const NAME = "lk-carried";
  const PATIENCE = 30000;
  const news = new BroadcastChannel(NAME);

  const done = (request) =>
    new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });

  const opened = () => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () =>
      Object.entries(STORES).forEach(([name, keyPath]) => request.result.createObjectStore(name, { keyPath }));
    return done(request);
  };

  /* One transaction: it is on the disk once this comes back. */
  const within = async (act) => {
    const database = await opened();
    try {
      const work = database.transaction(Object.keys(STORES), "readwrite", { durability: "strict" });
      const isKept = new Promise((resolve, reject) => {
        work.oncomplete = resolve;
        work.onabort = () => reject(work.error);
      });
      const found = await act((name) => work.objectStore(name));
      await isKept;
      return found;
    } finally {
      database.close();
    }
  };

  const ownerIn = async (store) => (await done(store("facts").get("owner")))?.value;

  const settle = (owner, language) =>
    within(async (store) => {
      const before = await ownerIn(store);
      if (before && before !== owner) ["forms", "drafts"].forEach((name) => store(name).clear());
      store("facts").put({ name: "owner", value: owner });
      if (language) store("facts").put({ name: "language", value: language });
    });

  const language = () => within(async (store) => (await done(store("facts").get("language")))?.value);

  /* In the place of what was handed over of this account before. */
  const handOver = (owner, { account, invitation, until, meters }) =>
    settle(owner).then(() =>
      within(async (store) => {
        const known = await done(store("forms").getAll());
        known.filter((form) => form.account === account).forEach((form) => store("forms").delete(form.meter));
        meters.forEach((form) => store("forms").put({ ...form, account, invitation, until }));
      }),
    );

  const forms = () => within((store) => done(store("forms").getAll()));
  const forgetForms = () => within((store) => done(store("forms").clear()));

  const drafts = () =>
    within(async (store) => {
      const owner = await ownerIn(store);
      return (await done(store("drafts").getAll())).filter((draft) => draft.owner === owner);
    });

  /* The newest one of a meter is enough: what was typed before it was wrong, or an older state of the dial. */
  const keep = (draft) =>
    within(async (store) => {
      const owner = (await ownerIn(store)) ?? draft.owner;
      if (draft.owner && draft.owner !== owner) throw new Error("another user's by now");
      store("facts").put({ name: "owner", value: owner });
      const known = await done(store("drafts").getAll());
      known.filter(({ meter }) => meter === draft.meter).forEach(({ key }) => store("drafts").delete(key));
      store("drafts").put({ key: crypto.randomUUID(), taken: Date.now(), state: "waiting", ...draft, owner });
    });

  const forget = (isMeant) =>
    within(async (store) => {
      const known = await done(store("drafts").getAll());
      known.filter(isMeant).forEach(({ key }) => store("drafts").delete(key));
    });

  /* What became of it meanwhile counts: one that was deleted is not written again. */
  const change = (key, facts) =>
    within(async (store) => {
      const known = await done(store("drafts").get(key));
      if (known) store("drafts").put({ ...known, ...facts });
    });

  /* iOS 15 has no such signal, and ends a request by itself after a minute. */
  const asked = (path, more) =>
    fetch(path, { redirect: "manual", cache: "no-store", signal: AbortSignal.timeout?.(PATIENCE), ...more });

  /* A redirect, which is not followed, has no status of its own. */
  const BARRED = { 0: "sign-in", 404: "gone" };

  /* What is new about the draft; raises while nobody answers, or not sensibly. */
  const brought = async (draft) => {
    const path = `/accounts/${draft.account}/readings/carried`;
    const door = await asked(path);
    if (!door.status) await forgetForms();
    if (door.status in BARRED) return { state: BARRED[door.status] };
    if (!door.ok) throw new Error(`${door.status}`);
    const { mark, owner } = await door.json();
    if (owner !== draft.owner) return settle(owner);
    const answer = await asked(path, {
      method: "POST",
      body: new URLSearchParams({
        _csrf_token: mark, owner, key: draft.key, meter: draft.meter, taken_at: draft.taken, sent_at: Date.now(),
        confirmed: draft.confirmed ?? "", ...draft.values,
      }),
    });
    if (answer.status in BARRED) return { state: BARRED[answer.status] };
    if (!answer.ok && answer.status !== 422) throw new Error(`${answer.status}`);
    const { title, told, is_held: isHeld, confirmed } = await answer.json();
    if (answer.ok) return { state: isHeld ? "held" : "sent", title, told };
    return { state: confirmed ? "asks" : "refused", told, asked: confirmed };
  };

  /* Everything that waits, one after another and by one page at a time. How many were answered; raises where it has
     to be tried again. */
  const send = () =>
    navigator.locks.request(NAME, async () => {
      let answered = 0;
      for (const draft of await drafts()) {
        if (draft.state !== "waiting" && draft.state !== "sign-in") continue;
        const told = await brought(draft);
        if (told) await change(draft.key, told);
        news.postMessage("answered");
        answered += 1;
      }
      return answered;
    });

  self.carried = { NAME, news, settle, language, handOver, forms, forgetForms, drafts, keep, forget, change, send };
})();
