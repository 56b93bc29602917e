// SPDX-License-Identifier: AGPL-3.0-or-later
/** Reads QR codes from the camera: by the browser's own reader, or by ours where it has none. */

type Reader = { detect(source: HTMLVideoElement): Promise<{ rawValue: string }[]> }
type Makes = new (wish: { formats: string[] }) => Reader

const PAUSE = 120 // milliseconds between looks: quick for a hand, kind to a battery

export class Camera {
  private stream: MediaStream | null = null
  private reader: Reader | null = null
  private timer: ReturnType<typeof setTimeout> | undefined

  constructor(
    private readonly video: HTMLVideoElement,
    private readonly seen: (code: string) => void,
  ) {}

  get isOn(): boolean {
    return this.stream !== null
  }

  /** Whether it runs now; there may be none, or it may be refused. */
  async start(): Promise<boolean> {
    try {
      this.stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } })
      this.reader = await reader()
    } catch {
      this.stop()
      return false
    }
    this.video.srcObject = this.stream
    this.video.hidden = false
    await this.video.play().catch(() => undefined)
    void this.look()
    return true
  }

  stop(): void {
    clearTimeout(this.timer)
    this.stream?.getTracks().forEach((track) => track.stop())
    this.stream = null
    this.video.srcObject = null
    this.video.hidden = true
  }

  get hasTorch(): boolean {
    const track = this.stream?.getVideoTracks()[0]
    return Boolean((track?.getCapabilities?.() as { torch?: boolean } | undefined)?.torch)
  }

  async torch(isOn: boolean): Promise<void> {
    const track = this.stream?.getVideoTracks()[0]
    await track?.applyConstraints({ advanced: [{ torch: isOn } as MediaTrackConstraintSet] }).catch(() => undefined)
  }

  private async look(): Promise<void> {
    if (!this.stream) return
    if (this.video.readyState >= 2 && !document.hidden) {
      const found = await this.reader!.detect(this.video).catch(() => [])
      if (found[0]?.rawValue) this.seen(found[0].rawValue)
    }
    this.timer = setTimeout(() => void this.look(), PAUSE)
  }
}

async function reader(): Promise<Reader> {
  const own = (globalThis as { BarcodeDetector?: Makes & { getSupportedFormats(): Promise<string[]> } }).BarcodeDetector
  if (own && (await own.getSupportedFormats()).includes("qr_code")) return new own({ formats: ["qr_code"] })
  const { decodeQR } = await import("qr/decode.js")
  const canvas = document.createElement("canvas")
  const pen = canvas.getContext("2d", { willReadFrequently: true })!
  return {
    detect: (video) => {
      const scale = Math.min(1, 640 / Math.max(video.videoWidth, video.videoHeight))
      canvas.width = Math.round(video.videoWidth * scale)
      canvas.height = Math.round(video.videoHeight * scale)
      pen.drawImage(video, 0, 0, canvas.width, canvas.height)
      const image = pen.getImageData(0, 0, canvas.width, canvas.height)
      try {
        return Promise.resolve([{ rawValue: decodeQR(image) }])
      } catch {
        return Promise.resolve([]) // no code in this picture
      }
    },
  }
}
