import { createPrivateKey, X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { RefusedError } from './errors.ts'
import { reasonOf } from './system-errors.ts'
import type { CommandSettings } from './settings.ts'
import type { KeyObject } from 'node:crypto'

/**
 * Reads the certificate (chain) and its key.
 *
 * @param paths - of the two PEM files
 * @throws {RefusedError} one cannot be read, is not what it should be, or they do not belong together
 */
export async function readTlsFiles (paths: NonNullable<CommandSettings['tls']>): Promise<{ cert: Buffer, key: Buffer }> {
  const cert = await read('--tls-cert', paths.cert)
  const key = await read('--tls-key', paths.key)

  if (!readCertificate(paths.cert, cert).checkPrivateKey(readKey(paths.key, key))) {
    throw new RefusedError(`--tls-cert, --tls-key: the key in ${paths.key} does not belong to the certificate in ${paths.cert}`)
  }

  return { cert, key }
}

async function read (option: string, path: string): Promise<Buffer> {
  try {
    return await readFile(path)
  } catch (cause) {
    throw new RefusedError(`${option}: ${path} cannot be read: ${reasonOf(cause)}`, { cause })
  }
}

function readCertificate (path: string, pem: Buffer): X509Certificate {
  try {
    return new X509Certificate(pem)
  } catch (cause) {
    throw new RefusedError(`--tls-cert: ${path} is no certificate in PEM`, { cause })
  }
}

function readKey (path: string, pem: Buffer): KeyObject {
  try {
    return createPrivateKey(pem)
  } catch (cause) {
    throw new RefusedError(`--tls-key: ${path} is no private key in PEM, or has a passphrase`, { cause })
  }
}
