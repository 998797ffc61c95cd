/** A relay. Started as `node relay-process.ts <address of another relay, or ''>` with an IPC channel; ends with the process that started it. */
import { createRelay } from 'libp2p-invitation/relay'

const [, , other = ''] = process.argv

process.on('disconnect', () => { process.exit() })

const relay = await createRelay({ listen: ['/ip4/127.0.0.1/tcp/0/ws'], peers: other === '' ? [] : [other] })

process.send?.(relay.addresses.map(address => address.toString()))
