import { webRTC } from '@libp2p/webrtc'
import { createPeer } from 'libp2p-invitation/peer'
import { elementOf } from '../page/element.ts'
import { nameData, nameOf } from '../page/names.ts'
import { relayAddresses } from '../page/relay-address.ts'
import { CallLog } from './call-log.ts'
import { CallScreen } from './call-screen.ts'
import { ConnectionNotice } from './connection-notice.ts'
import { ICE_SERVERS } from './ice-servers.ts'
import { IncomingCall } from './incoming-call.ts'
import { endNotice } from './notices.ts'
import { OutgoingCall } from './outgoing-call.ts'
import { OwnStatus } from './own-status.ts'
import { People } from './people.ts'
import { RingDialog } from './ring-dialog.ts'
import type { Session } from 'libp2p-invitation'
import type { Peer } from 'libp2p-invitation/peer'
import type { PeerPresence } from 'libp2p-invitation/presence'
import type { Entry } from './kept-entry.ts'

/** The room that this user is in, from entering until leaving: the peer, and all that the page shows of it. */
export class Room {
  readonly #peer: Peer
  readonly #screen = elementOf('room-screen', HTMLElement)
  /** Aborted when it was left: then nothing is listened to any more. */
  readonly #left = new AbortController()
  readonly #status: OwnStatus
  readonly #callScreen: CallScreen
  #calls = 0

  private constructor (peer: Peer, { name, room }: Entry) {
    const { signal } = this.#left
    const ringDialog = new RingDialog(signal)
    const outgoing = new OutgoingCall(peer, signal)
    const title = elementOf('room-title', HTMLElement)
    const call = ({ peer: who }: PeerPresence): void => {
      endNotice()
      ringDialog.show(nameOf(peer, who), note => { void outgoing.ring(who, note) })
    }

    this.#peer = peer
    this.#status = new OwnStatus(peer, signal)
    this.#callScreen = new CallScreen(signal)
    new ConnectionNotice(peer).start(signal)
    new IncomingCall(peer).start(signal)
    new CallLog(peer, call).start(signal)
    new People(peer, call).start(signal)
    peer.services.invitation.addEventListener('session:opened', ({ detail }) => {
      ringDialog.close()
      void this.#talk(detail)
    }, { signal })

    title.textContent = room
    elementOf('own-name', HTMLElement).textContent = `You are ${name}`
    this.#screen.hidden = false
    title.focus()
  }

  /** Enters. @throws {Error} there is no relay, or the peer cannot be started; the message is for people */
  static async enter (entry: Entry): Promise<Room> {
    const peer = await createPeer({
      relays: await relayAddresses(),
      rooms: [entry.room],
      // beside the way by a relay a direct one is made, as soon as it rings: a call goes on by that when all relays are gone
      transports: [webRTC({ rtcConfiguration: { iceServers: ICE_SERVERS } })],
      listen: ['/webrtc'],
      presence: { data: nameData(entry.name) },
      // one call at a time: whoever else rings hears that this user is busy
      invitation: { policy: { busy: 'refuse' } }
    })

    return new Room(peer, entry)
  }

  /** Says goodbye, and ends whatever is still going on. */
  async leave (): Promise<void> {
    this.#screen.hidden = true
    await this.#peer.stop()
    this.#left.abort()
  }

  async #talk (session: Session): Promise<void> {
    this.#calls += 1
    this.#status.isOnCall = true
    this.#screen.hidden = true
    endNotice()
    await this.#callScreen.show(session, nameOf(this.#peer, session.peer))
    this.#calls -= 1

    if (this.#calls === 0 && this.#peer.status === 'started') {
      this.#status.isOnCall = false
      this.#screen.hidden = false
      elementOf('room-title', HTMLElement).focus()
    }
  }
}
