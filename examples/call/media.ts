/** What this user's devices gave. */
export interface CapturedMedia {
  readonly microphone: MediaStreamTrack | undefined
  readonly camera: MediaStreamTrack | undefined
  /** What is missing, and why, in words for people. */
  readonly trouble: string | undefined
}

/** Camera and microphone; the microphone alone where there is no camera; nothing where the user lets this page use neither. Never rejects. */
export async function captureMedia (): Promise<CapturedMedia> {
  if (!('mediaDevices' in navigator)) {
    return { microphone: undefined, camera: undefined, trouble: 'On an insecure page there is neither camera nor microphone. You can see and hear the other, who cannot see or hear you.' }
  }

  try {
    return tracksOf(await navigator.mediaDevices.getUserMedia({ audio: true, video: true }))
  } catch (thrown) {
    const cause = causeOf(thrown)

    try {
      return { ...tracksOf(await navigator.mediaDevices.getUserMedia({ audio: true })), trouble: `No camera: ${cause}. The other hears you, and does not see you.` }
    } catch {
      return { microphone: undefined, camera: undefined, trouble: `Neither camera nor microphone: ${cause}. You can see and hear the other, who cannot see or hear you.` }
    }
  }
}

/** The camera, again. @throws {Error} there is none, or it may not be used; the message says so to people */
export async function captureCamera (): Promise<MediaStreamTrack> {
  try {
    const [track] = (await navigator.mediaDevices.getUserMedia({ video: true })).getVideoTracks()

    if (track != null) {
      return track
    }
  } catch (thrown) {
    throw new Error(`No camera: ${causeOf(thrown)}.`, { cause: thrown })
  }

  throw new Error('No camera: there is none.')
}

/** A screen, a window or a tab, which the user picks; undefined if the user picks none. */
export async function captureScreen (): Promise<MediaStreamTrack | undefined> {
  try {
    return (await navigator.mediaDevices.getDisplayMedia({ video: true })).getVideoTracks()[0]
  } catch {
    return undefined
  }
}

function tracksOf (stream: MediaStream): CapturedMedia {
  return { microphone: stream.getAudioTracks()[0], camera: stream.getVideoTracks()[0], trouble: undefined }
}

function causeOf (thrown: unknown): string {
  switch (thrown instanceof DOMException ? thrown.name : '') {
    case 'NotAllowedError':
      return 'this page was not given permission to use it. The browser\'s button beside the address changes that'
    case 'NotFoundError':
    case 'OverconstrainedError':
      return 'there is none'
    case 'NotReadableError':
      return 'another program is using it'
    default:
      return String(thrown)
  }
}
