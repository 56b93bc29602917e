// SPDX-License-Identifier: AGPL-3.0-or-later
/** Hears what others do in this folder, and says when to look again. */
export class Live {
  private stream: EventSource | null = null
  private opened = 0

  constructor(
    private readonly topic: string,
    private readonly look: () => void,
  ) {}

  start(): void {
    if (!this.topic || typeof EventSource === "undefined") return
    this.stream = new EventSource(`/live?topic=${encodeURIComponent(this.topic)}`)
    // Between two connections anything may have happened. The browser's own "open" carries no message: it does not count.
    this.stream.addEventListener("open", (event) => {
      if (event instanceof MessageEvent && this.opened++) this.look()
    })
    this.stream.addEventListener("fact", this.look)
    this.stream.addEventListener("missed", this.look)
    this.stream.addEventListener("over", () => this.stop())
  }

  stop(): void {
    this.stream?.close()
    this.stream = null
  }
}
