import { describe, expect, it } from 'vitest'
import { connectionManagerPreset } from '../../src/reachability/index.ts'
import { eventually, inWaves, PATIENCE, patientEnvironment, startClient, startRelay, throughRelay } from './nodes.ts'
import type { ClientInit } from './nodes.ts'

const CALLERS = 50
const PROTOCOL = '/knock/1.0.0'

/**
 * So many callers who are connected to a relay call one callee by way of it, all at once; who of them was heard.
 */
async function callAtOnce (connectionManager: ClientInit['connectionManager']): Promise<{ heard: Set<string>, callers: string[] }> {
  const relay = await startRelay({}, patientEnvironment)
  const [address] = relay.addresses
  const callee = await startClient({ relay: address, connectionManager })
  const callers = await Promise.all(Array.from({ length: CALLERS }, async () => await startClient()))
  const heard = new Set<string>()

  await callee.handle(PROTOCOL, async (stream, { remotePeer }) => {
    heard.add(remotePeer.toString())
    await stream.close()
  }, { runOnLimitedConnection: true })
  await inWaves(CALLERS, 4, async index => { await callers[index]!.dial(address!) })

  const addressOfCallee = throughRelay(address!, callee.peerId)

  await Promise.allSettled(callers.map(async caller => {
    const connection = await caller.dial(addressOfCallee)
    const stream = await connection.newStream(PROTOCOL, { runOnLimitedConnection: true })

    await stream.close()
  }))
  await eventually(() => { expect(relay.status().relayed).toBe(heard.size) })

  return { heard, callers: callers.map(({ peerId }) => peerId.toString()) }
}

describe('many callers through one relay', { timeout: 180_000 }, () => {
  it(`all reach the callee, ${CALLERS} of them at once`, async () => {
    const { heard, callers } = await callAtOnce(connectionManagerPreset({ inboundUpgradeTimeout: PATIENCE }))

    expect([...heard].toSorted()).toEqual(callers.toSorted())
  })

  it('do not with libp2p’s own settings at the callee, to whom they all come from the relay’s address', async () => {
    const { heard } = await callAtOnce({ inboundUpgradeTimeout: PATIENCE })

    console.log(`with libp2p’s own settings ${heard.size} of ${CALLERS} callers are heard`)
    expect(heard.size).toBeLessThan(CALLERS)
  })
})
