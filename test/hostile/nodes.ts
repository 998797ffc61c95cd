import { noise } from '@chainsafe/libp2p-noise'
import { identify } from '@libp2p/identify'
import { memory } from '@libp2p/memory'
import { yamux } from '@libp2p/yamux'
import { createLibp2p } from 'libp2p'
import { afterEach, expect, vi } from 'vitest'
import { invitation } from '../../src/index.ts'
import { HandMovedEnvironment } from '../environment/hand-moved-environment.ts'
import { PROTOCOL, RawPeer } from './raw-peer.ts'
import type { ComponentLogger, Libp2p, Logger, PrivateKey } from '@libp2p/interface'
import type { InvitationComponents, InvitationInit, InvitationService, LocalInvitation, RemoteInvitation } from '../../src/index.ts'



/** Longer than a stream is kept that nobody uses, and than any invitation lives, milliseconds. */
const EVERYTHING_IS_OVER = 700_000

/** A node with the invitation service, whose time stands still until a test moves it. It accepts what is said to be honest. */
export interface VictimNode {
  readonly libp2p: Libp2p<{ invitation: InvitationService }>
  readonly service: InvitationService
  readonly environment: HandMovedEnvironment
  /** What rang here. */
  readonly received: RemoteInvitation[]
  /** The errors that the library logged, by name, oldest first. */
  readonly errors: string[]
}

let addresses = 0
const running = new Set<Pick<Libp2p, 'stop'>>()
const environments = new Set<HandMovedEnvironment>()

afterEach(async () => {
  // a node that stops gives what is live a moment to be heard
  const passing = setInterval(() => {
    for (const environment of environments) {
      environment.advance(100)
    }
  }, 10)

  await Promise.all([...running].map(async node => { await node.stop() }))
  clearInterval(passing)
  running.clear()
  environments.clear()
})

export async function startVictim ({ privateKey, ...init }: InvitationInit & { privateKey?: PrivateKey } = {}): Promise<VictimNode> {
  const environment = new HandMovedEnvironment()
  const errors: string[] = []
  const received: RemoteInvitation[] = []
  const libp2p = await createLibp2p({
    ...(privateKey == null ? {} : { privateKey }),
    ...transport(),
    logger: recordingLogger(errors),
    services: {
      identify: identify(),
      invitation: (components: InvitationComponents) => invitation(init)(components, environment)
    }
  })
  const service = libp2p.services.invitation

  running.add(libp2p)
  environments.add(environment)
  service.addEventListener('invitation:received', ({ detail }) => {
    received.push(detail)

    if (detail.content === 'honest') {
      void detail.accept()
    }
  })

  return { libp2p, service, environment, received, errors }
}

/** A peer of no good intentions that knows the victim's address. */
export async function startRawPeer (victim: VictimNode, init: { privateKey?: PrivateKey } = {}): Promise<RawPeer> {
  const libp2p = await createLibp2p({ ...init, ...transport(), services: { identify: identify() } })

  running.add(libp2p)
  await victim.libp2p.peerStore.merge(libp2p.peerId, { multiaddrs: libp2p.getMultiaddrs() })

  return await RawPeer.from(libp2p, victim.libp2p)
}

/** Somebody else, who has the library and invites the victim. */
export async function startHonestPeer (victim: VictimNode): Promise<{ invite(): Promise<LocalInvitation> }> {
  const libp2p = await createLibp2p({ ...transport(), services: { identify: identify(), invitation: invitation() } })

  running.add(libp2p)
  await libp2p.peerStore.merge(victim.libp2p.peerId, { multiaddrs: victim.libp2p.getMultiaddrs() })

  return { invite: async () => await libp2p.services.invitation.invite(victim.libp2p.peerId, { content: 'honest' }) }
}

/** The victim still serves others: an honest peer's invitation is accepted. */
export async function expectUnharmed (victim: VictimNode): Promise<void> {
  const honest = await startHonestPeer(victim)
  const local = await honest.invite()

  expect(await local.outcome).toMatchObject({ state: 'accepted' })
  await local.session!.end()
}

/** When enough time has passed, the victim holds no invitation, no stream and no timer but the one that sweeps. */
export async function expectNothingLeft (victim: VictimNode): Promise<void> {
  await vi.waitFor(async () => {
    await victim.environment.pass(EVERYTHING_IS_OVER)
    expect(victim.service.list()).toEqual([])
    expect(openStreams(victim)).toBe(0)
    expect(victim.environment.pendingTimers).toBe(1)
  }, { timeout: 20_000 })
}

/** How many streams of our protocol the victim has. */
export function openStreams ({ libp2p }: VictimNode): number {
  return libp2p.getConnections().flatMap(({ streams }) => streams).filter(({ protocol }) => protocol === PROTOCOL).length
}

function transport () {
  return {
    addresses: { listen: [`/memory/hostile-${addresses++}`] },
    transports: [memory()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    connectionMonitor: { enabled: false }
  }
}

function recordingLogger (errors: string[]): ComponentLogger {
  const silent: Logger = Object.assign(() => {}, { enabled: false, trace: () => {}, error: () => {}, newScope: () => silent })
  const recording: Logger = Object.assign(() => {}, {
    enabled: true,
    trace: () => {},
    error: (_format: unknown, ...args: unknown[]) => { errors.push(...args.filter(arg => arg instanceof Error).map(({ name }) => name)) },
    newScope: () => recording
  })

  return { forComponent: name => name.startsWith('libp2p:invitation') ? recording : silent }
}
