import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readTlsFiles } from '../../../src/relay/command/tls-files.ts'
import { CERTIFICATE, CERTIFICATE_KEY, LOCKED_CERTIFICATE_KEY, OTHER_CERTIFICATE_KEY } from './certificates.ts'
import { temporaryFolder } from './temporary-folder.ts'

async function write (cert: string, key: string): Promise<{ cert: string, key: string }> {
  const folder = await temporaryFolder()
  const paths = { cert: join(folder, 'cert.pem'), key: join(folder, 'key.pem') }

  await writeFile(paths.cert, cert)
  await writeFile(paths.key, key)

  return paths
}

describe('the certificate of a relay and its key', () => {
  it('are read as they are', async () => {
    expect(await readTlsFiles(await write(CERTIFICATE, CERTIFICATE_KEY))).toEqual({ cert: Buffer.from(CERTIFICATE), key: Buffer.from(CERTIFICATE_KEY) })
  })

  it.each([
    ['no certificate', CERTIFICATE_KEY, CERTIFICATE_KEY, /^--tls-cert: \S+cert.pem is no certificate in PEM$/],
    ['no key', CERTIFICATE, CERTIFICATE, /^--tls-key: \S+key.pem is no private key in PEM, or has a passphrase$/],
    ['a key with a passphrase', CERTIFICATE, LOCKED_CERTIFICATE_KEY, /^--tls-key: \S+key.pem is no private key in PEM, or has a passphrase$/],
    ['two that do not belong together', CERTIFICATE, OTHER_CERTIFICATE_KEY, /^--tls-cert, --tls-key: the key in \S+key.pem does not belong to the certificate in \S+cert.pem$/]
  ])('are not %s', async (_, cert, key, message) => {
    await expect(readTlsFiles(await write(cert, key))).rejects.toMatchObject({ name: 'RefusedError', message: expect.stringMatching(message) as unknown })
  })

  it('must be there', async () => {
    const paths = { cert: join(await temporaryFolder(), 'cert.pem'), key: 'key.pem' }

    await expect(readTlsFiles(paths)).rejects.toMatchObject({ name: 'RefusedError', message: `--tls-cert: ${paths.cert} cannot be read: no such file or directory` })
  })
})
