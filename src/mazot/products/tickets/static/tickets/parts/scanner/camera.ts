// SPDX-License-Identifier: AGPL-3.0-or-later
/** Reads QR codes from the camera: by the browser's own reader, or by ours where it has none. */

type Reader = { detect(source: HTMLVideoElement): Promise<{ rawValue: string }[]> }
type Makes = new (wish: { formats: string[] }) => Reader

const PAUSE = 120 // milliseconds between looks: quick for a hand, kind to a battery

export class Camera {
  private stream: MediaStream | null = null
  private reader: Reader | null = null
  private awake: WakeLockSentinel | null = null
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
    document.addEventListener("visibilitychange", this.stayAwake)
    this.stayAwake()
    void this.look()
    return true
  }

  stop(): void {
    clearTimeout(this.timer)
    document.removeEventListener("visibilitychange", this.stayAwake)
    void this.awake?.release().catch(() => undefined)
    this.awake = null
    this.stream?.getTracks().forEach((track) => track.stop())
    this.stream = null
    this.video.srcObject = null
    this.video.hidden = true
  }

  /** A phone that falls asleep between two people is no scanner; the browser forgets the wish when it is hidden. */
  private stayAwake = (): void => {
    if (document.hidden || !("wakeLock" in navigator)) return
    navigator.wakeLock.request("screen").then(
      (lock) => (this.stream ? (this.awake = lock) : void lock.release()),
      () => undefined,
    )
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
