// SPDX-License-Identifier: AGPL-3.0-or-later
// Keeps the scanner's page and what it is made of at hand, so that it opens without a network.
const KEPT = "mazot-gate-1"
const page = new URL("./", self.location.href).pathname

self.addEventListener("install", () => self.skipWaiting())
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()))

self.addEventListener("message", (event) => {
  if (Array.isArray(event.data)) event.waitUntil(keep(event.data))
})

async function keep(addresses) {
  const cache = await caches.open(KEPT)
  await Promise.allSettled(addresses.map((address) => cache.add(address)))
  for (const client of await self.clients.matchAll()) client.postMessage("kept")
}

self.addEventListener("fetch", (event) => {
  const { request } = event
  const address = new URL(request.url)
  if (request.method !== "GET" || address.origin !== self.location.origin) return
  if (address.pathname === page && request.mode === "navigate") event.respondWith(freshFirst(request))
  else if (address.pathname.startsWith("/static/")) event.respondWith(keptFirst(request))
})

async function freshFirst(request) {
  const cache = await caches.open(KEPT)
  try {
    const answer = await Promise.race([fetch(request), late()])
    if (answer.status >= 500) return (await cache.match(page, { ignoreVary: true })) ?? answer
    // Only the scanner itself is worth keeping; after its end the question for a code takes its place.
    if (answer.ok && !answer.redirected) await cache.put(page, answer.clone())
    return answer
  } catch {
    return (await cache.match(page, { ignoreVary: true })) ?? Response.error()
  }
}

// A network that is there and does not answer is worse than none.
function late() {
  return new Promise((_, refuse) => setTimeout(refuse, 5000))
}

async function keptFirst(request) {
  const cache = await caches.open(KEPT)
  const kept = await cache.match(request, { ignoreVary: true })
  if (kept) return kept
  const answer = await fetch(request)
  if (answer.ok) await cache.put(request, answer.clone())
  return answer
}
