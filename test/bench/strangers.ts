import { noise } from '@chainsafe/libp2p-noise'
import { identify } from '@libp2p/identify'
import { webSockets } from '@libp2p/websockets'
import { yamux } from '@libp2p/yamux'
import { multiaddr } from '@multiformats/multiaddr'
import { createLibp2p } from 'libp2p'
import { invitation } from 'libp2p-invitation'
import { fileURLToPath } from 'node:url'
import { setTimeout as sleep } from 'node:timers/promises'
import { OrderedProcess } from '../processes/ordered-process.ts'
import { CONTENT } from './invitations.ts'
import type { Libp2p, PeerId } from '@libp2p/interface'
import type { InvitationService } from 'libp2p-invitation'
import type { CalleeMeasure, CalleeOrders, StrangersMeasure, StrangersOrders } from './strangers-messages.ts'

/** Invites a second of all strangers together, and how many of them there are. */
const PER_SECOND = 1_000
const STRANGERS = 50

/** Honest invitations in a minute, and how many contacts they come from: each of them calls every six seconds. */
const HONEST = 100
const CONTACTS = 10

/** Milliseconds. */
const MINUTE = 60_000

/** How long it is measured before the strangers begin, milliseconds: what the machine and the honest ones alone come to. */
const QUIET_TIME = 15_000

const WRONG_TOKEN = 'mfrggzdfmztwq2lknnwg23tpoa'

type Contact = Libp2p<{ invitation: InvitationService }>
type Delay = CalleeMeasure['delay']

export interface StrangersResult {
  /** How late the callee's event loop was, milliseconds. */
  readonly delayWithoutStrangers: Delay
  readonly delay: Delay
  /** Which part of one processor the callee's process took. */
  readonly busy: { readonly withoutStrangers: number, readonly withStrangers: number }
  readonly strangers: StrangersMeasure & { readonly perSecond: number, readonly rang: number }
  readonly honest: { readonly invited: number, readonly accepted: number }
  /** Bytes that the callee held before, and how many more after. */
  readonly memory: { readonly before: number, readonly growth: number, readonly live: number }
}

/**
 * One who lets in contacts, for a minute: 50 strangers invite it 1,000 times a second, without a token, with a wrong one and with
 * one that was revoked, and ten contacts a hundred times in all. Three processes, real websockets.
 */
export async function strangers (): Promise<StrangersResult> {
  const callee = new OrderedProcess<CalleeOrders, never>(pathOf('strangers-callee.ts'))
  const crowd = new OrderedProcess<StrangersOrders, never>(pathOf('strangers-crowd.ts'))
  const contacts = await Promise.all(Array.from({ length: CONTACTS }, startContact))

  try {
    const { address, revoked } = await callee.ask('start', { contacts: contacts.map(({ peerId }) => peerId.toString()) })

    await Promise.all(contacts.map(async contact => await contact.dial(multiaddr(address))))
    await crowd.ask('start', { address, strangers: STRANGERS, tokens: [WRONG_TOKEN, revoked] })
    // warm: the code is compiled, and every stream stands
    await invite(contacts, QUIET_TIME)
    await callee.ask('begin', undefined)
    await invite(contacts, QUIET_TIME)

    const { delay: delayWithoutStrangers, busy: withoutStrangers } = await callee.ask('measured', undefined)

    await callee.ask('begin', undefined)
    await crowd.ask('flood', { perSecond: PER_SECOND })

    const honest = await invite(contacts, MINUTE)
    const said = await crowd.ask('end', undefined)
    const { delay, busy: withStrangers, heldBefore, heldAfter, rang, live } = await callee.ask('measured', undefined)

    return {
      delayWithoutStrangers,
      delay,
      busy: { withoutStrangers, withStrangers },
      strangers: { ...said, perSecond: said.invites / MINUTE * 1_000, rang: rang.filter(peer => !contacts.some(({ peerId }) => peerId.toString() === peer)).length },
      honest,
      memory: { before: heldBefore, growth: heldAfter - heldBefore, live }
    }
  } finally {
    await Promise.all(contacts.map(async contact => { await contact.stop() }))
    callee.release()
    crowd.release()
    await Promise.all([callee.exited, crowd.exited])
  }
}

const pathOf = (name: string): string => fileURLToPath(new URL(name, import.meta.url))

async function startContact (): Promise<Contact> {
  return await createLibp2p({
    transports: [webSockets()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    services: { identify: identify(), invitation: invitation() }
  })
}

/** The contacts invite in turn, evenly over that time, and end each session at once. */
async function invite (contacts: readonly Contact[], time: number): Promise<StrangersResult['honest']> {
  const pause = MINUTE / HONEST
  const invited = Math.round(time / pause)
  let accepted = 0

  const one = async (index: number): Promise<void> => {
    await sleep(index * pause)

    const contact = contacts[index % contacts.length]!
    const local = await contact.services.invitation.invite(calleeOf(contact), { content: CONTENT })
    const { session } = await local.outcome

    accepted += session == null ? 0 : 1
    await session?.end()
  }

  await Promise.all(Array.from({ length: invited }, async (_, index) => { await one(index) }))

  return { invited, accepted }
}

/** The only one that a contact is connected to. */
const calleeOf = (contact: Contact): PeerId => contact.getPeers()[0]!
