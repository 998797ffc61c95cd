/**
 * Takes what is dialled at ports of the loopback address, in the network that it is started in, to sockets in a folder that go by these
 * ports. It says so when it does, and ends when its standard input is closed. `node passage-process.ts folder port…`
 */
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { join } from 'node:path'
import { pipeline } from 'node:stream'

const [folder = '', ...ports] = process.argv.slice(2)

process.stdin.resume()
process.stdin.once('close', () => { process.exit() })

for (const port of ports) {
  // whichever breaks or closes takes the other along
  const server = createServer(socket => { pipeline(socket, connect(join(folder, port)), socket, () => {}) })

  await once(server.listen(Number(port), '127.0.0.1'), 'listening')
}

console.log('open')
