import { setTimeout as pause } from 'node:timers/promises'
import { generateKeyPair } from '@libp2p/crypto/keys'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import type { Cast, RelayedCast } from './cast.ts'
import type { ChildPeer } from './child-peer.ts'
import type { StateReport } from './messages.ts'
import type { Narrator } from './narrator.ts'
import type { Step } from './story.ts'

/** How long a user lets it ring before anything is done about it, milliseconds: for the reader's eye. */
const THINKING_TIME = 700

/** Shortened, so that nobody has to watch for a minute. Milliseconds. */
const SHORT_RING_TIME = 3_000
const SHORT_DELIVERY_TIME = 2_000

/** Resolves when each sees all others. */
export async function allMeet ({ ada, ben, cleo, dora }: Cast): Promise<void> {
  const peers = [ada, ben, cleo, dora]

  for (const peer of peers) {
    for (const other of peers.filter(each => each !== peer)) {
      await peer.until('online', ({ whom }) => whom === other.name)
    }
  }
}

/** What the four do with each other: one step for each way in which an invitation can end. */
export function calls ({ ada, ben, cleo, dora, proxy }: Cast, narrator: Narrator): Step[] {
  return [
    {
      title: 'Ben accepts, and they hang up',
      expected: 'accepted on both sides, with content and response; the session is over on both sides',
      async run ({ channelId }) {
        await ring(ada, ben, channelId, { content: 'Shall we look at the plans together?' })
        ben.order({ do: 'accept', channelId, options: { response: 'On my way' } })
        await ends(ada, channelId, 'accepted: accepted', 'On my way')
        await ends(ben, channelId, 'accepted: accepted')
        await hangUp(ada, ben, channelId)
      }
    },
    {
      title: 'Ada is busy, and Ben has his own words',
      expected: 'refused on both sides: busy, and custom with the text',
      async run ({ channelId }) {
        await ring(cleo, ada, channelId)
        ada.order({ do: 'refuse', channelId, options: { reason: 'busy' } })
        await ends(cleo, channelId, 'refused: busy')
        await ends(ada, channelId, 'refused: busy')

        await ring(dora, ben, channelId)
        ben.order({ do: 'refuse', channelId, options: { text: 'Ask me again after lunch' } })
        await ends(dora, channelId, 'refused: custom', 'Ask me again after lunch')
        await ends(ben, channelId, 'refused: custom')
      }
    },
    {
      title: 'Ben changes his mind while it rings',
      expected: 'canceled on both sides, and Ada has missed a call',
      async run ({ channelId }) {
        await ring(ben, ada, channelId)
        ben.order({ do: 'cancel', channelId })
        await ends(ben, channelId, 'canceled: canceled')
        await ends(ada, channelId, 'canceled: canceled')
        await ada.until('missed', report => report.channelId === channelId)
      }
    },
    {
      title: 'Ben does not want to be disturbed for a while',
      expected: 'all others see his status, and what rings for him is refused: do-not-disturb',
      async run ({ channelId }) {
        const others = [ada, cleo, dora]

        ben.order({ do: 'setStatus', status: 'do-not-disturb' })
        await Promise.all(others.map(async peer => peer.until('status', ({ whom, status }) => whom === ben.name && status === 'do-not-disturb')))
        dora.order({ do: 'invite', whom: ben.name, options: { channelId } })
        await ends(dora, channelId, 'refused: do-not-disturb')
        check('invitations that rang for Ben', ben.reports('state', report => report.channelId === channelId && report.state === 'ringing').length, 0)

        ben.order({ do: 'setStatus', status: 'online' })
        await Promise.all(others.map(async peer => peer.until('status', ({ whom, status }) => whom === ben.name && status === 'online')))
      }
    },
    {
      title: 'Dora\'s process is killed while it rings',
      expected: 'Ben\'s invitation fails, connection-lost, once Dora has been out of reach for 15 s; soon after she is gone for everyone: lost',
      async run ({ channelId, stepAside }) {
        await ring(ben, dora, channelId)
        narrator.note('Dora\'s process is killed. Ben gives her 15 s to come back; meanwhile:')
        dora.kill()
        stepAside()
        await ends(ben, channelId, 'failed: connection-lost')

        for (const peer of [ada, ben, cleo]) {
          check(`why Dora is gone for ${peer.name}`, (await peer.until('offline', ({ whom }) => whom === dora.name)).reason, 'lost')
        }
      }
    },
    {
      title: 'Nobody answers',
      expected: `expired on both sides after ${SHORT_RING_TIME / 1_000} s of ringing, and Ben has missed a call`,
      async run ({ channelId }) {
        await ring(ada, ben, channelId, { ringTime: SHORT_RING_TIME })
        await ends(ada, channelId, 'expired: timeout')
        await ends(ben, channelId, 'expired: timeout')
        await ben.until('missed', report => report.channelId === channelId)
      }
    },
    {
      title: 'Ada and Cleo invite each other at once',
      expected: 'exactly one call comes out, the same on both sides',
      async run ({ channelId }) {
        ada.order({ do: 'invite', whom: cleo.name, options: { channelId } })
        cleo.order({ do: 'invite', whom: ada.name, options: { channelId } })

        const both = [ada, cleo]
        const isAccepted = (report: StateReport): boolean => report.channelId === channelId && report.state === 'accepted'
        const [first, second] = await Promise.all(both.map(async peer => peer.until('state', isAccepted)))
        const loser = first?.role === 'callee' ? ada : cleo

        await loser.until('state', report => report.channelId === channelId && report.role === 'caller' && report.reason === 'glare')
        await hangUp(ada, cleo, channelId)
        check('the id on the other side', second?.id, first?.id)
        check('calls that came out', both.flatMap(peer => peer.reports('state', isAccepted)).length, both.length)
      }
    },
    {
      title: 'The TCP connection between Ben and Cleo is cut while it rings',
      expected: 'both lose the connection, and all the same it is accepted on both sides',
      async run ({ channelId }) {
        await ring(ben, cleo, channelId, { content: 'Can you hear me?' })

        const count = proxy.cut()

        check('whether there was a connection to cut', count > 0, true)
        narrator.note(`the proxy before Cleo cuts ${count === 1 ? 'the connection' : `${count} connections`}; Cleo accepts`)
        await Promise.all([
          ben.until('disconnected', ({ whom }) => whom === cleo.name),
          cleo.until('disconnected', ({ whom }) => whom === ben.name)
        ])
        cleo.order({ do: 'accept', channelId, options: { response: 'Loud and clear' } })
        await ends(ben, channelId, 'accepted: accepted', 'Loud and clear')
        await ends(cleo, channelId, 'accepted: accepted')
        await hangUp(ben, cleo, channelId)
      }
    },
    {
      title: 'Ada invites a peer that is not there',
      expected: `failed, peer-offline, after ${SHORT_DELIVERY_TIME / 1_000} s`,
      async run ({ channelId }) {
        const nobody = peerIdFromPrivateKey(await generateKeyPair('Ed25519'))

        ada.order({ do: 'invite', whom: nobody.toString(), options: { channelId, deliveryTime: SHORT_DELIVERY_TIME } })
        await ends(ada, channelId, 'failed: peer-offline')
      }
    }
  ]
}

/** Two who can be reached by way of relays only, one of which does not live to see the end. */
export function behindRelays (meet: () => Promise<RelayedCast>, narrator: Narrator): Step {
  return {
    title: 'Ella and Finn can be reached by way of two relays only; one of these is killed while it rings',
    expected: 'it is accepted on both sides all the same, by way of the other relay',
    async run ({ channelId }) {
      const { ella, finn, relays } = await meet()

      for (const [one, other] of [[ella, finn], [finn, ella]] as const) {
        for (const relay of relays) {
          await one.until('held', report => report.relay === relay.name)
        }

        await one.until('online', ({ whom }) => whom === other.name)
      }

      await ring(ella, finn, channelId, { content: 'Do you hear me?' })

      const { via } = await ella.until('connected', ({ whom }) => whom === finn.name)
      const relay = relays.find(({ name }) => name === via)

      check('whether they are connected by way of a relay', relay != null, true)
      narrator.note(`kill -9: ${via} is no more; Finn accepts`)
      relay?.kill()
      await Promise.all([ella, finn].map(async peer => { await peer.until('lost', report => report.relay === via) }))
      finn.order({ do: 'accept', channelId, options: { response: 'Loud and clear' } })
      await ends(ella, channelId, 'accepted: accepted', 'Loud and clear')
      await ends(finn, channelId, 'accepted: accepted')
      await hangUp(ella, finn, channelId)

      for (const peer of [ella, finn]) {
        peer.order({ do: 'stop' })
        await peer.ended()
      }
    }
  }
}

/** One leaves, and is seen to leave; then the others go, too. */
export function goodbye ({ ada, ben, cleo }: Cast): Step {
  return {
    title: 'Goodbye',
    expected: 'Ada and Ben see Cleo leave, and all processes end by themselves',
    async run () {
      const stays = [ada, ben]

      cleo.order({ do: 'stop' })

      for (const peer of stays) {
        const { reason } = await peer.until('offline', ({ whom }) => whom === cleo.name)

        check(`why Cleo is gone for ${peer.name}`, reason, 'left')
      }

      await cleo.ended()

      for (const peer of stays) {
        peer.order({ do: 'stop' })
        await peer.ended()
      }
    }
  }
}

/** Lets it ring on both sides, and a moment pass. */
async function ring (caller: ChildPeer, callee: ChildPeer, channelId: string, options: { content?: string, ringTime?: number } = {}): Promise<void> {
  const isIn = (state: string) => (report: StateReport) => report.channelId === channelId && report.state === state

  caller.order({ do: 'invite', whom: callee.name, options: { channelId, ...options } })
  check(`what ${callee.name} was told`, (await callee.until('state', isIn('received'))).words, options.content)
  await Promise.all([caller.until('state', isIn('ringing')), callee.until('state', isIn('ringing'))])
  await pause(THINKING_TIME)
}

/** Waits for the end that the peer's invitation comes to, and checks it. */
async function ends (peer: ChildPeer, channelId: string, expected: string, words?: string): Promise<void> {
  const end = await peer.until('state', report => report.channelId === channelId && report.reason != null)

  check(`${peer.name}'s end`, `${end.state}: ${end.reason}`, expected)

  if (words != null) {
    check(`what ${peer.name} was told`, end.words, words)
  }
}

async function hangUp (one: ChildPeer, other: ChildPeer, channelId: string): Promise<void> {
  await pause(THINKING_TIME)
  one.order({ do: 'endSession', channelId })
  check(`${one.name}'s session`, (await one.until('session-end', report => report.channelId === channelId)).reason, 'hangup')
  check(`${other.name}'s session`, (await other.until('session-end', report => report.channelId === channelId)).reason, 'hangup')
}

function check<T> (what: string, actual: T, expected: T): void {
  if (actual !== expected) {
    throw new Error(`${what}: ${String(actual)}, not ${String(expected)}`)
  }
}
