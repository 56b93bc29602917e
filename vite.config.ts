// SPDX-License-Identifier: AGPL-3.0-or-later
import { resolve } from "node:path"
import { defineConfig } from "vitest/config"
import { compressed } from "./tools/frontend/compressed.ts"
import { entries, styles } from "./tools/frontend/entries.ts"
import { files } from "./tools/frontend/files.ts"

const mazot = resolve(import.meta.dirname, "src/mazot")

// light-dark() and relative colours stay as written: what cannot read them cannot run the rest either.
const browsers = ["chrome125", "firefox128", "safari18"]

export default defineConfig({
  root: mazot,
  base: "./",
  publicDir: false,
  cacheDir: resolve(import.meta.dirname, "node_modules/.vite"),
  resolve: { alias: { "@ui": resolve(mazot, "ui") } },
  plugins: [styles(mazot), files(mazot), compressed()],
  build: {
    outDir: resolve(mazot, "ui/built"),
    emptyOutDir: true,
    manifest: "manifest.json",
    target: browsers,
    cssTarget: browsers,
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1500,
    rollupOptions: { input: entries(mazot) },
  },
  test: { environment: "happy-dom", root: mazot },
})
