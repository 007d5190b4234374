/* The worker behind the pages: what opens without a signal, and what is sent when there is one again.
   The server puts `shell` before this file: { version, store, files, pages, language }.

   What is cached, and for how long
   - Files of /static/ that the page without a signal is made of: from the cache first, one cache for each version of
     lk; the others are deleted as soon as a new version is here. All other files come from the network.
   - /offline in each language, fetched without cookies: the same pages for everybody. The one in the language of
     the page seen last stands for any page that cannot be reached.
   - Pages, answers and files of the cabinet: never. They are asked of the network, and not kept.
   - Of a person only what carried-store.js holds, in IndexedDB and not here: the form's own figures (a meter's number,
     its dials, the previous values, prices, the window) and readings not sent yet. It is one user's: sign-out clears
     it all, another user who signs in does, and where the session has ended the figures go and only unsent readings
     stay. */
"use strict";
importScripts(shell.store);

const CACHE = `lk-${shell.version}`;
const FORM = /^\/accounts\/[^/]+\/readings$/;
const PATIENCE = 8000;
const UNREACHED = [502, 504];

/* Only what is missing: a sign-out may have cleared the cache of a worker that is there still. */
const fill = async () => {
  const cache = await caches.open(CACHE);
  const kept = new Set((await cache.keys()).map(({ url }) => url.slice(self.location.origin.length)));
  const pages = Object.values(shell.pages);
  const missing = [...pages, ...shell.files].filter((path) => !kept.has(path));
  const asked = (path) => new Request(path, { credentials: "omit", cache: pages.includes(path) ? "reload" : "default" });
  await cache.addAll(missing.map(asked));
};

const clean = async () => {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name !== CACHE).map((name) => caches.delete(name)));
  await self.registration.navigationPreload?.enable();
  await self.clients.claim();
};

const fromNetwork = async (event) => (await event.preloadResponse) || fetch(event.request);

/* A signal too weak for the form is none: it is better filled in than waited for, where it is kept. */
const tooLate = async (path) => {
  const kept = await carried.forms().catch(() => []);
  const isHere = kept.some(({ account }) => path === `/accounts/${account}/readings`);
  await new Promise((resolve) => isHere && setTimeout(resolve, PATIENCE));
  throw new Error("too late");
};

/* The company's language until a page was seen. */
const pageKept = async () => {
  const language = await carried.language().catch(() => {});
  return caches.match(shell.pages[language] ?? shell.pages[shell.language]);
};

const pageOf = async (event, path) => {
  try {
    const waited = FORM.test(path) ? [fromNetwork(event), tooLate(path)] : [fromNetwork(event)];
    const answer = await Promise.race(waited);
    if (path === "/sign-in" && answer.ok) event.waitUntil(carried.forgetForms());
    if (!UNREACHED.includes(answer.status)) return answer;
  } catch {
    /* Nobody answered. */
  }
  return (await pageKept()) || Response.error();
};

self.addEventListener("install", (event) => event.waitUntil(fill().then(() => self.skipWaiting())));
self.addEventListener("activate", (event) => event.waitUntil(clean()));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin) return;
  if (shell.files.includes(pathname)) event.respondWith(caches.match(pathname).then((kept) => kept || fetch(request)));
  else if (request.mode === "navigate") event.respondWith(pageOf(event, pathname));
});

self.addEventListener("message", (event) => {
  const { owner, language } = event.data;
  event.waitUntil(carried.settle(owner, language).then(fill).then(carried.send).catch(() => {}));
});

self.addEventListener("sync", (event) => {
  if (event.tag === carried.NAME) event.waitUntil(carried.send());
});
