// SPDX-License-Identifier: AGPL-3.0-or-later
import { make } from "../hall/draw"
import type { View } from "../hall/view"

/** A picture to trace. It never leaves this computer, and is no part of the plan. */
export interface Backdrop {
  address: string
  width: number
  height: number
  opacity: number
}

export async function readPicture(file: File): Promise<Backdrop> {
  const address = URL.createObjectURL(file)
  const image = new Image()
  image.src = address
  await image.decode()
  // A scan has thousands of pixels; a room is drawn about a thousand wide.
  const scale = 1000 / Math.max(image.naturalWidth, 1)
  return { address, width: 1000, height: image.naturalHeight * scale, opacity: 0.4 }
}

export function backdropIn(view: View, backdrop: Backdrop | null): void {
  view.svg.querySelector(".drawing__backdrop")?.remove()
  if (!backdrop) return
  const { address, width, height, opacity } = backdrop
  const image = make("image", { class: "drawing__backdrop", href: address, width, height, opacity, x: 0, y: 0 })
  view.over.parentElement?.prepend(image)
}
