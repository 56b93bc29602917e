// SPDX-License-Identifier: AGPL-3.0-or-later
/** Hears what others do in this folder, and says when to look again. */
export class Live {
  private stream: EventSource | null = null

  constructor(
    private readonly topic: string,
    private readonly look: () => void,
  ) {}

  start(): void {
    if (!this.topic || typeof EventSource === "undefined") return
    this.stream = new EventSource(`/live?topic=${encodeURIComponent(this.topic)}`)
    // Before a connection, the first one too, anything may have happened since the page was written. The browser's own
    // "open" carries no message: it does not count.
    this.stream.addEventListener("open", (event) => {
      if (event instanceof MessageEvent) this.look()
    })
    this.stream.addEventListener("fact", this.look)
    this.stream.addEventListener("missed", this.look)
    // The session or the right is gone: the server has the right words for that.
    this.stream.addEventListener("over", () => {
      this.stop()
      location.reload()
    })
  }

  stop(): void {
    this.stream?.close()
    this.stream = null
  }
}
