import { negotiate } from 'libp2p-invitation/webrtc'
import { ICE_SERVERS } from './ice-servers.ts'
import { captureCamera, captureMedia, captureScreen } from './media.ts'
import { readShownState, writeShownState } from './shown-state.ts'
import type { Session } from 'libp2p-invitation'
import type { ShownState } from './shown-state.ts'

/**
 * How the two are connected. `media-lost`: sound and picture are interrupted; `session-lost`: they go on, but nothing else gets through,
 * and after a minute of that the session ends.
 */
export type CallConnection = 'connecting' | 'connected' | 'media-lost' | 'session-lost'

/** The media of one call: the tracks of this user, those of the other, and what the two say about them. It ends with the session. */
export class ActiveCall {
  readonly session: Session
  /** What the other sends. */
  readonly received: MediaStream = new MediaStream()
  readonly #connection = new RTCPeerConnection({ iceServers: ICE_SERVERS })
  readonly #changed: () => void
  #microphone: MediaStreamTrack | undefined
  #camera: MediaStreamTrack | undefined
  #screen: MediaStreamTrack | undefined
  #pictureSender: RTCRtpSender | undefined
  #hasConnected = false
  #isCapturing = false
  #trouble: string | undefined
  #other: ShownState = { microphone: true, picture: false, screen: false }

  /** @param changed - is told of every change of what can be read here */
  constructor (session: Session, changed: () => void) {
    this.session = session
    this.#changed = changed
    this.#connection.addEventListener('track', ({ track }) => {
      this.received.addTrack(track)
      changed()
    })
    this.#connection.addEventListener('connectionstatechange', () => {
      this.#hasConnected ||= this.#connection.connectionState === 'connected'
      changed()
    })
    session.addEventListener('connected', changed)
    session.addEventListener('reconnecting', changed)
    negotiate(session, this.#connection)
    void this.#capture()
    void this.#read()
    void this.#releaseAtEnd()
  }

  get connection (): CallConnection {
    if (this.#connection.connectionState !== 'connected') {
      return this.#hasConnected ? 'media-lost' : 'connecting'
    }

    return this.session.isConnected ? 'connected' : 'session-lost'
  }

  /** Why something of this user's is missing, in words for people. */
  get trouble (): string | undefined {
    return this.#trouble
  }

  /** What the other says that it sends. */
  get other (): ShownState {
    return this.#other
  }

  /** What this user sends. */
  get own (): ShownState {
    return { microphone: this.#microphone?.enabled === true, picture: this.ownPicture != null, screen: this.#screen != null }
  }

  /** The picture that this user sends. */
  get ownPicture (): MediaStreamTrack | undefined {
    return this.#screen ?? this.#camera
  }

  get hasMicrophone (): boolean {
    return this.#microphone != null
  }

  get hasCamera (): boolean {
    return this.#camera != null
  }

  /** Whether the browser is asked for a device, or a screen: what it gives is not to be put off before it is there. */
  get isCapturing (): boolean {
    return this.#isCapturing
  }

  toggleMicrophone (): void {
    if (this.#microphone != null) {
      this.#microphone.enabled = !this.#microphone.enabled
      this.#say()
    }
  }

  /** Off is off: the camera is given back, and its light goes out. */
  async toggleCamera (): Promise<void> {
    if (this.#camera != null) {
      this.#camera.stop()
      this.#camera = undefined
    } else {
      try {
        this.#camera = await this.#captured(captureCamera())
        this.#trouble = undefined
      } catch (thrown) {
        this.#trouble = thrown instanceof Error ? thrown.message : String(thrown)
      }
    }

    await this.#sendPicture()
  }

  async toggleScreen (): Promise<void> {
    if (this.#screen != null) {
      this.#screen.stop()
      this.#screen = undefined
    } else {
      const screen = await this.#captured(captureScreen())

      this.#screen = screen
      // the browser has a button of its own to stop it
      screen?.addEventListener('ended', () => {
        if (this.#screen === screen) {
          void this.toggleScreen()
        }
      })
    }

    await this.#sendPicture()
  }

  async #capture (): Promise<void> {
    // from the beginning: whoever is told of changes does not have this call yet
    this.#isCapturing = true

    const { microphone, camera, trouble } = await captureMedia()

    this.#isCapturing = false
    this.#microphone = this.#orStopped(microphone)
    this.#camera = this.#orStopped(camera)
    this.#trouble = trouble

    if (this.#microphone != null) {
      this.#connection.addTrack(this.#microphone)
    }

    await this.#sendPicture()
  }

  async #captured (capturing: Promise<MediaStreamTrack | undefined>): Promise<MediaStreamTrack | undefined> {
    this.#isCapturing = true
    this.#changed()

    try {
      return this.#orStopped(await capturing)
    } finally {
      this.#isCapturing = false
      this.#changed()
    }
  }

  /** What the user allowed only after the call had ended is given back at once. */
  #orStopped (track: MediaStreamTrack | undefined): MediaStreamTrack | undefined {
    if (this.session.isOpen) {
      return track
    }

    track?.stop()

    return undefined
  }

  async #sendPicture (): Promise<void> {
    const picture = this.ownPicture

    if (!this.session.isOpen) {
      return
    }

    if (this.#pictureSender != null) {
      await this.#pictureSender.replaceTrack(picture ?? null)
    } else if (picture != null) {
      this.#pictureSender = this.#connection.addTrack(picture)
    }

    this.#say()
  }

  #say (): void {
    this.#changed()
    // of a session that has ended nobody needs to be told
    this.session.send(writeShownState(this.own)).catch(() => {})
  }

  async #read (): Promise<void> {
    for await (const message of this.session) {
      this.#other = readShownState(message) ?? this.#other
      this.#changed()
    }
  }

  async #releaseAtEnd (): Promise<void> {
    await this.session.ended

    for (const track of [this.#microphone, this.#camera, this.#screen]) {
      track?.stop()
    }
  }
}
