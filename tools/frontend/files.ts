// SPDX-License-Identifier: AGPL-3.0-or-later
import { createHash } from "node:crypto"
import { existsSync, readFileSync, readdirSync } from "node:fs"
import { createRequire } from "node:module"
import { basename, dirname, extname, join } from "node:path"
import type { Plugin } from "vite"

/** Emits the artwork under hashed names (`files.json` finds them) and all icons' drawings as one table. */
export function files(mazot: string): Plugin {
  return {
    name: "mazot-files",
    apply: "build",
    generateBundle() {
      const found: Record<string, string> = {}
      const add = (name: string, path: string): void => {
        const source = readFileSync(path)
        const hash = createHash("sha256").update(source).digest("hex").slice(0, 10)
        const fileName = `assets/${basename(name, extname(name))}-${hash}${extname(name)}`
        found[name] = fileName
        this.emitFile({ type: "asset", fileName, source })
      }
      const art = join(mazot, "ui/art")
      for (const file of readdirSync(art)) add(`art/${file}`, join(art, file))
      const own = join(mazot, "ui/icons")
      this.emitFile({ type: "asset", fileName: "files.json", source: JSON.stringify(found) })
      this.emitFile({
        type: "asset",
        fileName: "icons.json",
        source: JSON.stringify({ ...lucide(), ...(existsSync(own) ? drawings(own) : {}) }),
      })
    },
  }
}

function lucide(): Record<string, string> {
  const manifest = createRequire(import.meta.url).resolve("lucide-static/package.json")
  return drawings(join(dirname(manifest), "icons"))
}

function drawings(folder: string): Record<string, string> {
  const found: Record<string, string> = {}
  for (const file of readdirSync(folder)) {
    if (!file.endsWith(".svg")) continue
    const svg = readFileSync(join(folder, file), "utf8")
    const inner = /<svg[^>]*>(.*)<\/svg>/s.exec(svg)?.[1] ?? ""
    found[basename(file, ".svg")] = inner.replace(/\s*\n\s*/g, "").replace(/ \/>/g, "/>")
  }
  return found
}
