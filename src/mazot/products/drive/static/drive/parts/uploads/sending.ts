// SPDX-License-Identifier: AGPL-3.0-or-later
// tus 1.0 through tus-js-client. This part is loaded with the first file.
import { DetailedError, Upload } from "tus-js-client"
import type { Piece } from "./batch"

const step = 16 * 1024 * 1024
const again = [500, 2000, 5000, 10_000, 20_000, 30_000]

export type Hearing = {
  located: () => void
  moved: () => void
  lost: () => void
  failed: (status: number, sentence: string) => void
  done: () => void
}

export function send(piece: Piece, address: string, token: string, hearing: Hearing): Upload {
  const upload = new Upload(piece.file!, {
    endpoint: address,
    uploadUrl: piece.url || null,
    chunkSize: step,
    retryDelays: again,
    storeFingerprintForResuming: false,
    removeFingerprintOnSuccess: false,
    headers: { "X-CSRFToken": token },
    metadata: metadataOf(piece),
    onUploadUrlAvailable: () => {
      piece.url = upload.url ?? ""
      hearing.located()
    },
    onProgress: (sent) => {
      piece.sent = sent
      hearing.moved()
    },
    onShouldRetry: (error) => {
      const status = error.originalResponse?.getStatus() ?? 0
      const worthIt = status === 0 || status === 409 || status === 423 || status === 429 || status >= 500
      if (worthIt) hearing.lost()
      return worthIt
    },
    onError: (error) => {
      const answer = error instanceof DetailedError ? error.originalResponse : null
      hearing.failed(answer?.getStatus() ?? 0, sentenceOf(answer?.getBody() ?? ""))
    },
    onSuccess: () => hearing.done(),
  })
  upload.start()
  return upload
}

function metadataOf(piece: Piece): Record<string, string> {
  const told: Record<string, string> = { parent: piece.folder, name: piece.name, modified: String(piece.modified) }
  if (piece.folders.length) told["folders"] = piece.folders.join("/")
  if (piece.type) told["type"] = piece.type
  if (piece.replaces) told["replaces"] = "1"
  return told
}

/** The sentence of a refusal: our head answers with JSON or with one line of text. */
function sentenceOf(body: string): string {
  try {
    const told = JSON.parse(body) as { sentence?: string; way_out?: string }
    return [told.sentence, told.way_out].filter(Boolean).join(" ")
  } catch {
    return body.length < 300 && !body.startsWith("<") ? body.trim() : ""
  }
}
