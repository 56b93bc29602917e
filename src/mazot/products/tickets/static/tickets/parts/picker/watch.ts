// SPDX-License-Identifier: AGPL-3.0-or-later

const EVERY = 15_000
const SOON = 2_000
const LONGEST = 240_000

/** Milliseconds to the next try: never before the server said, twice as long after each failure, and no two alike. */
export function pause(failures: number, told: string | null, from = EVERY, chance = Math.random()): number {
  const doubled = Math.min(LONGEST, from * 2 ** failures)
  const least = failures ? Math.max(doubled, (Number(told) || 0) * 1000) : from
  return Math.round(least * (1 + chance / 5))
}

/** Whether it may be better later: too many ask, the server is busy, or there is no line. */
function passes(answer: Response | null): boolean {
  return !answer || answer.status === 429 || answer.status >= 500
}

/** Ask until there is an answer; `waits` hears of each try that found none. */
export async function patiently(address: string, waits: () => void): Promise<Response> {
  for (let failures = 1; ; failures++) {
    const answer = await fetch(address).catch(() => null)
    if (answer && !passes(answer)) return answer
    waits()
    const rest = pause(failures, answer?.headers.get("Retry-After") ?? null, SOON)
    await new Promise((resolve) => setTimeout(resolve, rest))
  }
}

/** Looks again and again, while the page is seen, and more and more rarely while it is not answered. */
export class Watch {
  private timer: ReturnType<typeof setTimeout> | undefined
  private failures = 0

  constructor(
    private readonly address: string,
    private readonly hear: (answer: Response) => Promise<void>,
  ) {}

  start(told: string | null = null): void {
    this.timer = setTimeout(() => void this.look(), pause(this.failures, told))
  }

  stop(): void {
    clearTimeout(this.timer)
    this.timer = undefined
  }

  private async look(): Promise<void> {
    let told: string | null = null
    try {
      if (document.hidden) return
      const answer = await fetch(this.address).catch(() => null)
      this.failures = answer?.ok ? 0 : this.failures + 1
      if (answer?.ok) await this.hear(answer)
      else told = answer?.headers.get("Retry-After") ?? null
    } finally {
      if (this.timer !== undefined) this.start(told)
    }
  }
}
