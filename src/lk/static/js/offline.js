/* Tells the worker who is signed in here, and leaves nothing behind at sign-out. */
(() => {
  "use strict";
  const worker = navigator.serviceWorker;
  const { owner } = document.body.dataset;
  if (!worker || !owner) return;
  worker
    .register("/service-worker.js")
    .then(() => worker.ready)
    .then(({ active }) => active.postMessage({ owner }))
    .catch(() => {});
  /* For browsers that do not clear it by themselves when the server says so. */
  document.addEventListener("submit", ({ target }) => {
    if (navigator.onLine && target.getAttribute("action") === "/sign-out") indexedDB.deleteDatabase("lk-carried");
  });
})();
