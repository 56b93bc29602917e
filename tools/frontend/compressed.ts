// SPDX-License-Identifier: AGPL-3.0-or-later
import { readFileSync, readdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { brotliCompressSync, constants, gzipSync } from "node:zlib"
import type { Plugin } from "vite"

const worth = /\.(js|mjs|css|svg|json|wasm|txt)$/
const large = 512 * 1024

/** Lays a `.br` and a `.gz` beside each file that shrinks, so that no server compresses the same bytes twice. */
export function compressed(): Plugin {
  return {
    name: "mazot-compressed",
    apply: "build",
    writeBundle(options) {
      const folder = options.dir ?? ""
      for (const file of readdirSync(join(folder, "assets"))) {
        if (!worth.test(file)) continue
        const path = join(folder, "assets", file)
        const bytes = readFileSync(path)
        if (bytes.length < 1024) continue
        const quality = bytes.length > large ? 9 : 11
        writeFileSync(`${path}.gz`, gzipSync(bytes, { level: 9 }))
        writeFileSync(
          `${path}.br`,
          brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: quality } }),
        )
      }
    },
  }
}
