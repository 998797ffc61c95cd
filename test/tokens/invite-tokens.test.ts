import { defaultLogger } from '@libp2p/logger'
import { generateKeyPair } from '@libp2p/crypto/keys'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { MemoryDatastore } from 'datastore-core'
import { Key } from 'interface-datastore/key'
import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { InvalidArgumentError, RateLimitedError } from '../../src/index.ts'
import { inviteTokens, MAX_TOKENS } from '../../src/tokens/index.ts'
import { HandMovedEnvironment } from '../environment/hand-moved-environment.ts'
import type { PeerId, Startable } from '@libp2p/interface'
import type { Datastore } from 'interface-datastore'
import type { InviteTokens } from '../../src/tokens/index.ts'

const DAY = 86_400_000
const PREFIX = '/libp2p-invitation/invite-tokens'

describe('invite tokens', () => {
  let ada: PeerId
  let ben: PeerId
  let datastore: MemoryDatastore
  let environment: HandMovedEnvironment
  let tokens: InviteTokens & Startable
  const logged = vi.fn<(format: string, ...values: unknown[]) => void>()

  beforeAll(async () => {
    [ada, ben] = [await somebody(), await somebody()]
  })

  beforeEach(() => {
    datastore = new MemoryDatastore()
    environment = new HandMovedEnvironment()
    logged.mockClear()
    tokens = made()
  })

  /** The tokens of a peer with this datastore, as they are before it starts. */
  function made (store: Datastore = datastore): InviteTokens & Startable {
    const log = Object.assign(defaultLogger().forComponent('test'), { error: logged })

    return inviteTokens()({ datastore: store, logger: { forComponent: () => log } }, environment)
  }

  /** What another run of the peer finds. */
  async function restarted (store?: Datastore): Promise<InviteTokens & Startable> {
    await tokens.stop()

    const again = made(store)

    await again.start()

    return again
  }

  it('are short texts that fit into a link, another each time', async () => {
    const texts = [await tokens.create(), await tokens.create()]

    expect(texts[0]).toMatch(/^[a-z2-7]{26}$/)
    expect(texts[1]).not.toBe(texts[0])
  })

  it('let anybody in who has one, as often as they like', async () => {
    const token = await tokens.create()

    expect([ada, ben, ada].map(peer => tokens.admits(token, peer))).toEqual([true, true, true])
    expect(['', 'x', token.slice(1), token.toUpperCase()].map(text => tokens.admits(text, ada))).toEqual([false, false, false, false])
  })

  it('let in the first who come with them, and those again, if their number is limited', async () => {
    const token = await tokens.create({ peers: 1 })

    expect([ada, ben, ada].map(peer => tokens.admits(token, peer))).toEqual([true, false, true])
    expect(tokens.list()).toMatchObject([{ token, peers: 1, usedBy: [ada.toString()] }])
  })

  it('are good for seven days, as long as they are meant to be, or for ever', async () => {
    const usual = await tokens.create()
    const brief = await tokens.create({ lifetime: 1_000 })
    const lasting = await tokens.create({ lifetime: 0 })
    const good = (): string[] => [usual, brief, lasting].filter(token => tokens.admits(token, ada))

    environment.advance(999)
    expect(good()).toEqual([usual, brief, lasting])
    environment.advance(1)
    expect(good()).toEqual([usual, lasting])
    environment.advance(7 * DAY)
    expect(good()).toEqual([lasting])
    expect(tokens.list().map(({ token }) => token)).toEqual([lasting])
  })

  it('let nobody in any more once they are revoked', async () => {
    const token = await tokens.create()
    const revoking = tokens.revoke(token)

    expect(tokens.admits(token, ada)).toBe(false)
    await revoking
    await tokens.revoke(token)
    await tokens.revoke('none')
    expect(tokens.list()).toEqual([])
  })

  it('outlive the node, as does who came with them', async () => {
    const one = await tokens.create({ peers: 1 })
    const other = await tokens.create()

    tokens.admits(one, ada)

    const again = await restarted()

    expect([again.admits(one, ada), again.admits(one, ben), again.admits(other, ben)]).toEqual([true, false, true])
  })

  it('stay revoked, and stay run out, and leave nothing in the datastore', async () => {
    const revoked = await tokens.create({ peers: 1 })
    const brief = await tokens.create({ lifetime: 1_000 })

    // the last word counts, whatever the datastore is still busy with
    tokens.admits(revoked, ada)
    await tokens.revoke(revoked)
    environment.advance(1_000)

    const again = await restarted()

    expect([again.admits(revoked, ada), again.admits(brief, ada)]).toEqual([false, false])
    await again.stop()
    expect(await keysIn(datastore)).toEqual([])
  })

  it('are all shut where the datastore is lost', async () => {
    const token = await tokens.create()

    expect((await restarted(new MemoryDatastore())).admits(token, ada)).toBe(false)
  })

  it('are shut where the datastore cannot be read, which is logged', async () => {
    const token = await tokens.create()

    datastore.query = () => { throw new Error('the disk is gone') }

    expect((await restarted()).admits(token, ada)).toBe(false)
    expect(logged).toHaveBeenCalledTimes(1)
  })

  it('are not what else there may be in their place', async () => {
    for (const [name, value] of [['a', 'no JSON'], ['b', '{}'], ['c', '{"usedBy":5}'], ['d', '{"usedBy":[],"until":"soon"}'], ['e', 'null']] as const) {
      await datastore.put(new Key(`${PREFIX}/${name}`), new TextEncoder().encode(value))
    }

    expect((await restarted()).list()).toEqual([])
  })

  it('cannot be made where they cannot be kept', async () => {
    datastore.put = () => { throw new Error('the disk is full') }

    await expect(tokens.create()).rejects.toThrow('the disk is full')
    expect(tokens.list()).toEqual([])
  })

  it('let in whom they let in where that cannot be kept, which is logged', async () => {
    const token = await tokens.create({ peers: 1 })

    datastore.put = () => { throw new Error('the disk is full') }

    expect([tokens.admits(token, ada), tokens.admits(token, ben)]).toEqual([true, false])
    await vi.waitFor(() => { expect(logged).toHaveBeenCalledTimes(1) })
  })

  it('are shut at once where that cannot be kept, and whoever revokes them is told', async () => {
    const token = await tokens.create()

    datastore.delete = () => { throw new Error('the disk is read only') }

    await expect(tokens.revoke(token)).rejects.toThrow('the disk is read only')
    expect(tokens.admits(token, ada)).toBe(false)
  })

  it('are bounded in number, in which those that have run out do not count', async () => {
    const outcomes = await Promise.allSettled(Array.from({ length: 300 }, async () => await tokens.create({ lifetime: 1_000 })))

    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(MAX_TOKENS)
    await expect(tokens.create()).rejects.toThrow(RateLimitedError)

    environment.advance(1_000)
    await tokens.create()
    expect(tokens.list()).toHaveLength(1)
    expect(await keysIn(datastore)).toHaveLength(1)
  })

  it.each([
    { lifetime: 999 }, { lifetime: -1 }, { lifetime: 1_000.5 }, { lifetime: Infinity }, { lifetime: 367 * DAY }, { peers: 0 }, { peers: 257 }, { peers: 1.5 }
  ])('cannot be had with %o', async options => {
    await expect(tokens.create(options)).rejects.toThrow(InvalidArgumentError)
  })

  it('are not made for whoever does not want them any more', async () => {
    await expect(tokens.create({ signal: AbortSignal.abort() })).rejects.toMatchObject({ name: 'AbortError' })
    expect(tokens.list()).toEqual([])
  })
})

async function somebody (): Promise<PeerId> {
  return peerIdFromPrivateKey(await generateKeyPair('Ed25519'))
}

async function keysIn (datastore: Datastore): Promise<string[]> {
  const keys = []

  for await (const key of datastore.queryKeys({ prefix: PREFIX })) {
    keys.push(key.toString())
  }

  return keys
}
