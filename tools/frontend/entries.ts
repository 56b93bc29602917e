// SPDX-License-Identifier: AGPL-3.0-or-later
// A room adds an island by putting `static/<room>/<name>.ts` in its folder, and style by putting any .css beside it.
import { existsSync, readdirSync } from "node:fs"
import { basename, join } from "node:path"
import type { Plugin } from "vite"

const virtual = "\0styles:"

function rooms(mazot: string): string[] {
  const products = join(mazot, "products")
  return readdirSync(products).filter((room) => existsSync(join(products, room, "static", room)))
}

function scripts(folder: string): string[] {
  return readdirSync(folder).filter((file) => file.endsWith(".ts") && !/\.(test|d)\.ts$/.test(file))
}

function sheets(mazot: string, name: string): string[] {
  const ui = join(mazot, "ui")
  if (name !== "ui") return globSorted(join(mazot, "products", name, "static", name))
  const layers = join(ui, "tokens/layers.css")
  return [
    layers,
    ...["tokens", "base", "layout", "components"].flatMap((part) =>
      globSorted(join(ui, part)).filter((file) => file !== layers),
    ),
  ]
}

function globSorted(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".css"))
    .sort()
    .map((file) => join(folder, file))
}

export function entries(mazot: string): Record<string, string> {
  const found: Record<string, string> = {
    "ui-styles": "styles:ui",
    "ui-page": join(mazot, "ui/entry/page.ts"),
    "ui-visit": join(mazot, "ui/entry/visit.ts"),
  }
  for (const room of rooms(mazot)) {
    const folder = join(mazot, "products", room, "static", room)
    if (globSorted(folder).length) found[`${room}-styles`] = `styles:${room}`
    for (const file of scripts(folder)) found[`${room}-${basename(file, ".ts")}`] = join(folder, file)
  }
  return found
}

/** `styles:<room>` is every style sheet of the room, and the manifest speaks in our names: `script:drive/upload`, `styles:drive`. */
export function styles(mazot: string): Plugin {
  return {
    name: "mazot-styles",
    resolveId: (id) => (id.startsWith("styles:") ? virtual + id.slice("styles:".length) : undefined),
    load(id) {
      if (!id.startsWith(virtual)) return undefined
      const found = sheets(mazot, id.slice(virtual.length))
      found.forEach((file) => this.addWatchFile(file))
      return found.map((file) => `import ${JSON.stringify(file)}`).join("\n")
    },
    generateBundle: {
      order: "post",
      handler(_options, bundle) {
        const asset = bundle["manifest.json"]
        if (asset?.type !== "asset") return
        const written = JSON.parse(String(asset.source)) as Record<string, { src?: string; name?: string }>
        const named = Object.entries(written).map(([key, entry]) => [ours(key, entry.name ?? ""), entry])
        asset.source = JSON.stringify(Object.fromEntries(named), null, 1)
      },
    },
  }
}

function ours(key: string, name: string): string {
  if (key.includes("styles:")) return name.replace(/^(.*)-styles$/, "styles:$1")
  const entry = /^ui\/entry\/(page|visit)\.ts$/.exec(key)
  if (entry) return `script:ui/${entry[1]}`
  const island = /^products\/[^/]+\/static\/(.+)\.ts$/.exec(key)
  return island ? `script:${island[1]}` : key
}
