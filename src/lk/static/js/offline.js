/* Tells the worker who is signed in here and in which language they read, and leaves nothing behind at sign-out. */
(() => {
  "use strict";
  const worker = navigator.serviceWorker;
  const { owner } = document.body.dataset;
  if (!owner) return;
  worker
    ?.register("/service-worker.js")
    .then(() => worker.ready)
    .then(({ active }) => active.postMessage({ owner, language: document.documentElement.lang }))
    .catch(() => {});

  const CARRIED = "lk-carried";
  const UNSENT = ["waiting", "sign-in", "asks", "refused"];
  const answerOf = (request) =>
    new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });

  const hasUnsent = async () => {
    if (!(await indexedDB.databases()).some(({ name }) => name === CARRIED)) return false;
    const database = await answerOf(indexedDB.open(CARRIED));
    const drafts = await answerOf(database.transaction("drafts").objectStore("drafts").getAll());
    database.close();
    return drafts.some((draft) => draft.owner === owner && UNSENT.includes(draft.state));
  };

  /* Some browsers do not clear it by themselves when the server says so. */
  const signOut = async (form) => {
    if ((await hasUnsent().catch(() => false)) && !confirm(document.body.dataset.unsent)) return;
    self.indexedDB?.deleteDatabase(CARRIED);
    form.submit();
  };

  document.addEventListener("submit", (event) => {
    if (!navigator.onLine || event.target.getAttribute("action") !== "/sign-out") return;
    event.preventDefault();
    signOut(event.target);
  });
})();
