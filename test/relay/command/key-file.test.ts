import { chmod, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { generateKeyPair, privateKeyFromProtobuf, privateKeyToProtobuf } from '@libp2p/crypto/keys'
import { describe, expect, it } from 'vitest'
import { systemEnvironment } from '../../../src/environment/index.ts'
import { keepKey } from '../../../src/relay/command/key-file.ts'
import { temporaryFolder } from './temporary-folder.ts'
import type { PrivateKey } from '@libp2p/interface'

const keep = async (path: string): Promise<PrivateKey> => await keepKey(path, systemEnvironment)

const mode = async (path: string): Promise<number> => (await stat(path)).mode & 0o777

describe('the key of a relay', () => {
  it('is made once, in folders that are made for it, and is the same from then on', async () => {
    const path = join(await temporaryFolder(), 'made', 'for', 'relay.key')
    const made = await keep(path)
    const kept = await keep(path)

    expect(made.type).toBe('Ed25519')
    expect(kept.equals(made)).toBe(true)
    expect(privateKeyFromProtobuf(await readFile(path)).equals(made)).toBe(true)
  })

  it('is its owner\'s alone, and nothing else is left behind', async () => {
    const folder = join(await temporaryFolder(), 'made')

    await keep(join(folder, 'relay.key'))

    expect(await mode(join(folder, 'relay.key'))).toBe(0o600)
    expect(await mode(folder)).toBe(0o700)
    expect(await readdir(folder)).toEqual(['relay.key'])
  })

  it('is one key, though many relays make it at once', async () => {
    const folder = await temporaryFolder()
    const keys = await Promise.all(Array.from({ length: 20 }, async () => await keep(join(folder, 'relay.key'))))

    expect(new Set(keys.map(key => key.publicKey.toString())).size).toBe(1)
    expect(await readdir(folder)).toEqual(['relay.key'])
  })

  it('may be of any kind that libp2p knows', async () => {
    const path = join(await temporaryFolder(), 'relay.key')
    const key = await generateKeyPair('secp256k1')

    await writeFile(path, privateKeyToProtobuf(key), { mode: 0o600 })

    expect((await keep(path)).equals(key)).toBe(true)
  })

  it.each([['0640', 0o640], ['0604', 0o604], ['0660', 0o660]])('is not used while others have rights to it, mode %s', async (_, others) => {
    const path = join(await temporaryFolder(), 'relay.key')

    await keep(path)
    await chmod(path, others)

    await expect(keep(path)).rejects.toMatchObject({ name: 'RefusedError', message: `--key: others may use ${path}; take that away with: chmod 600 ${path}` })
  })

  it.each([['text', 'hello'], ['nothing', ''], ['half a key', Buffer.from([8, 1, 18, 64, 1, 2])]])('is not %s', async (_, content) => {
    const path = join(await temporaryFolder(), 'relay.key')

    await writeFile(path, content, { mode: 0o600 })

    await expect(keep(path)).rejects.toMatchObject({ name: 'RefusedError', message: `--key: ${path} is not the private key of a libp2p peer` })
    expect(await readFile(path)).toEqual(Buffer.from(content))
  })

  it('is not a folder', async () => {
    const path = join(await temporaryFolder(), 'relay.key')

    await mkdir(path, { mode: 0o700 })

    await expect(keep(path)).rejects.toMatchObject({ name: 'RefusedError', message: `--key: ${path} is no file` })
  })

  it('cannot be where nothing can be written', async () => {
    const file = join(await temporaryFolder(), 'a file')

    await writeFile(file, '')

    await expect(keep(join(file, 'relay.key'))).rejects.toMatchObject({ name: 'RefusedError', message: `--key: ${file}/relay.key cannot be read: not a directory` })
  })
})
