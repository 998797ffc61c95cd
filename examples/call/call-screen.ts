import { elementOf } from '../page/element.ts'
import { canShareScreen } from '../page/screen-sharing.ts'
import { ActiveCall } from './active-call.ts'
import { durationWords } from './duration-words.ts'
import { wordsForEnd } from './end-words.ts'
import { notify } from './notices.ts'
import type { Session } from 'libp2p-invitation'
import type { ShownState } from './shown-state.ts'

/** Milliseconds between two looks at the clock. */
const CLOCK_TIME = 1_000

/** The call itself: both pictures, and what can be done about one's own. */
export class CallScreen {
  readonly #screen = elementOf('call-screen', HTMLElement)
  readonly #title = elementOf('call-title', HTMLElement)
  readonly #duration = elementOf('call-duration', HTMLElement)
  readonly #otherState = elementOf('other-state', HTMLElement)
  readonly #trouble = elementOf('call-trouble', HTMLElement)
  readonly #otherVideo = elementOf('other-video', HTMLVideoElement)
  readonly #otherInitial = elementOf('other-initial', HTMLElement)
  readonly #ownPicture = elementOf('own-picture', HTMLElement)
  readonly #ownVideo = elementOf('own-video', HTMLVideoElement)
  readonly #mute = elementOf('mute', HTMLButtonElement)
  readonly #cameraOff = elementOf('camera-off', HTMLButtonElement)
  readonly #shareScreen = elementOf('share-screen', HTMLButtonElement)
  #call: ActiveCall | undefined
  #name = ''

  constructor (signal: AbortSignal) {
    this.#mute.addEventListener('click', () => { this.#call?.toggleMicrophone() }, { signal })
    this.#cameraOff.addEventListener('click', () => { void this.#call?.toggleCamera() }, { signal })
    this.#shareScreen.addEventListener('click', () => { void this.#call?.toggleScreen() }, { signal })
    this.#shareScreen.hidden = !canShareScreen()
    elementOf('hang-up', HTMLButtonElement).addEventListener('click', () => { this.#hangUp() }, { signal })
  }

  /** Shows a call until it has ended. A call that is shown already ends, in favour of this one. */
  async show (session: Session, name: string): Promise<void> {
    const begun = Date.now()
    const clock = setInterval(() => { this.#duration.textContent = durationWords(Date.now() - begun) }, CLOCK_TIME)

    this.#call?.session.end({ reason: 'replaced' }).catch(() => {})

    const call = new ActiveCall(session, () => {
      if (this.#call === call) {
        this.#show(call)
      }
    })

    this.#call = call
    this.#name = name
    this.#title.textContent = name
    this.#duration.textContent = durationWords(0)
    this.#otherInitial.textContent = Array.from(name)[0] ?? ''
    this.#otherVideo.srcObject = call.received
    this.#otherVideo.setAttribute('aria-label', `The picture of ${name}`)
    this.#screen.hidden = false
    this.#show(call)
    this.#title.focus()

    const outcome = await session.ended

    clearInterval(clock)
    notify(wordsForEnd(name, outcome))

    if (this.#call === call) {
      this.#call = undefined
      this.#otherVideo.srcObject = null
      this.#ownVideo.srcObject = null
      this.#screen.hidden = true
    }
  }

  #show (call: ActiveCall): void {
    const { own, other, ownPicture } = call
    const trouble = wordsForTrouble(this.#name, call)

    this.#otherState.textContent = wordsForOther(this.#name, other)
    this.#trouble.hidden = trouble === ''
    this.#trouble.textContent = trouble
    // it goes on sounding
    this.#otherVideo.classList.toggle('off', !other.picture)
    this.#otherVideo.classList.toggle('screen', other.screen)
    this.#otherInitial.hidden = other.picture
    this.#ownPicture.classList.toggle('off', ownPicture == null)
    this.#ownPicture.classList.toggle('mirrored', !own.screen)
    showTrack(this.#ownVideo, ownPicture)

    this.#mute.disabled = !call.hasMicrophone
    this.#mute.setAttribute('aria-pressed', String(call.hasMicrophone && !own.microphone))
    this.#cameraOff.disabled = call.isCapturing
    this.#shareScreen.disabled = call.isCapturing
    this.#cameraOff.setAttribute('aria-pressed', String(!call.hasCamera))
    this.#shareScreen.setAttribute('aria-pressed', String(own.screen))
  }

  #hangUp (): void {
    // it rejects where the other side was faster
    this.#call?.session.end().catch(() => {})
  }
}

function wordsForTrouble (name: string, { connection, trouble = '' }: ActiveCall): string {
  switch (connection) {
    case 'connecting':
      return `Connecting… ${trouble}`
    case 'media-lost':
      return `Reconnecting… ${name} neither sees nor hears you for the moment.`
    case 'session-lost':
      return 'Reconnecting… The relay is lost. You still see and hear each other; if it is not back within a minute, the call ends.'
    case 'connected':
      return trouble
  }
}

function wordsForOther (name: string, { microphone, picture, screen }: ShownState): string {
  const words = [
    ...screen ? [`${name} shows a screen`] : [],
    ...picture ? [] : ['no camera'],
    ...microphone ? [] : ['muted']
  ]

  return words.length === 0 ? '' : `· ${words.join(', ')}`
}

/** Another stream for the same track would make the picture flicker. */
function showTrack (video: HTMLVideoElement, track: MediaStreamTrack | undefined): void {
  const shown = video.srcObject instanceof MediaStream ? video.srcObject.getVideoTracks()[0] : undefined

  if (shown !== track) {
    video.srcObject = track == null ? null : new MediaStream([track])
  }
}
