/** The tones of one ring, Hz, and when each begins, in seconds from the ring's beginning. */
const TONES = [[660, 0], [880, 0.22], [660, 0.44], [880, 0.66]] as const

/** Seconds that one tone sounds. */
const TONE_TIME = 0.2

/** As loud as can be heard across a room and does not frighten: 1 is the most. */
const LOUDNESS = 0.12

/** Milliseconds from one ring to the next. */
const RING_TIME = 3_000

/** A sound, and a shake where a device can shake, until it is stopped. It is made of tones, so that no file is needed. */
export class RingTone {
  #context: AudioContext | undefined
  #timer: ReturnType<typeof setInterval> | undefined

  start (): void {
    this.stop()
    this.#context = new AudioContext()
    this.#ring(this.#context)
    this.#timer = setInterval(() => {
      if (this.#context != null) {
        this.#ring(this.#context)
      }
    }, RING_TIME)
  }

  stop (): void {
    clearInterval(this.#timer)

    if (this.#context != null) {
      void this.#context.close()
      this.#context = undefined
      shake(0)
    }
  }

  #ring (context: AudioContext): void {
    for (const [frequency, begin] of TONES) {
      const oscillator = new OscillatorNode(context, { frequency })
      const gain = new GainNode(context, { gain: LOUDNESS })

      oscillator.connect(gain).connect(context.destination)
      oscillator.start(context.currentTime + begin)
      oscillator.stop(context.currentTime + begin + TONE_TIME)
    }

    shake([200, 100, 200])
  }
}

/** @param pattern - milliseconds of shaking and of rest, in turn; 0 ends what goes on */
function shake (pattern: VibratePattern): void {
  if ('vibrate' in navigator) {
    navigator.vibrate(pattern)
  }
}
