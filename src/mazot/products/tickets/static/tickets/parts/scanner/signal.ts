// SPDX-License-Identifier: AGPL-3.0-or-later
/** What is heard and felt: one high tone lets in, two low ones do not. */

let context: AudioContext | undefined

export function signal(tone: string): void {
  navigator.vibrate?.(tone === "ok" ? 80 : [120, 80, 120])
  try {
    context ??= new AudioContext()
    if (context.state === "suspended") void context.resume()
    if (tone === "ok") beep(context, 1320, 0, 0.14)
    else [0, 0.22].forEach((after) => beep(context!, tone === "again" ? 440 : 220, after, 0.18))
  } catch {
    // No sound here; colour and words say the same.
  }
}

function beep(audio: AudioContext, pitch: number, after: number, seconds: number): void {
  const source = audio.createOscillator()
  const volume = audio.createGain()
  const start = audio.currentTime + after
  source.frequency.value = pitch
  source.type = "triangle"
  volume.gain.setValueAtTime(0.4, start)
  volume.gain.exponentialRampToValueAtTime(0.001, start + seconds)
  source.connect(volume).connect(audio.destination)
  source.start(start)
  source.stop(start + seconds)
}
