/** One shows a screen to another, who is asked first. Either of them ends it. */
import { createPeer } from 'libp2p-invitation/peer'
import { negotiate } from 'libp2p-invitation/webrtc'
import { Lobby } from '../lobby/lobby.ts'
import { elementOf } from '../page/element.ts'
import { relayAddresses } from '../page/relay-address.ts'
import { canShareScreen } from '../page/screen-sharing.ts'
import type { Session } from 'libp2p-invitation'

const video = elementOf('screen', HTMLVideoElement)
const peer = await createPeer({
  relays: await relayAddresses(),
  rooms: ['screen share'],
  // one at a time; of two who want to show theirs to each other at the same moment, one is asked
  invitation: { policy: { busy: 'refuse', glare: 'ring' } }
})
const { invitation } = peer.services
const lobby = new Lobby(peer)

lobby.showPeople('Show your screen to', async who => {
  if (!canShareScreen()) {
    throw new Error('a phone shows its screen to nobody, and other browsers only where the page came by https or from localhost.')
  }

  // before anything is awaited, since browsers want it to come of a click; it rejects where the user picks none
  const [screen] = (await navigator.mediaDevices.getDisplayMedia({ video: true })).getVideoTracks()

  // browsers have a button of their own to stop it
  screen?.addEventListener('ended', () => { lobby.stop() })

  try {
    const session = await lobby.answerTo(await invitation.invite(who))

    if (session != null) {
      await share(session, 'can see your screen', screen)
    }
  } finally {
    screen?.stop()
  }
})

invitation.addEventListener('invitation:received', async ({ detail }) => lobby.ask(detail, 'wants to show you a screen', async () => {
  await share(await detail.accept(), 'shows you a screen')
  video.hidden = true
}))

/** The same on both sides, until one of them ends it: one puts a screen in, and to the other it comes out. */
async function share (session: Session, words: string, screen?: MediaStreamTrack): Promise<void> {
  // in one network; beyond it, `iceServers` help the two to find a way to each other
  const connection = new RTCPeerConnection()

  // from here on it is negotiated whenever there is need; when the session ends, the connection is closed
  negotiate(session, connection)
  connection.addEventListener('track', ({ track }) => {
    video.srcObject = new MediaStream([track])
    video.hidden = false
  })

  if (screen != null) {
    connection.addTrack(screen)
  }

  await lobby.follow(session, words)
}
