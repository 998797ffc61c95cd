// what makes the certificate cannot be imported without it
import 'reflect-metadata'
import { KeyObject } from 'node:crypto'
import { SubjectAlternativeNameExtension, X509CertificateGenerator } from '@peculiar/x509'

/** How long a certificate is good for, milliseconds: 30 days. It is made anew each time that the server is started. */
const VALIDITY = 30 * 24 * 60 * 60 * 1_000

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }

/** Key and certificate, PEM. */
export interface KeyAndCertificate {
  readonly key: string
  readonly cert: string
}

/**
 * A certificate that is signed by its own key: browsers warn of it, and once the user has let it pass, the page is a secure one, which
 * camera and microphone need. It is for trying things out in one's own network.
 *
 * @param addresses - the IP addresses that it is for, beside the name localhost
 */
export async function selfSigned (addresses: readonly string[]): Promise<KeyAndCertificate> {
  const keys = await crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify'])
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: 'CN=libp2p-invitation examples',
    keys,
    signingAlgorithm: ALGORITHM,
    notAfter: new Date(Date.now() + VALIDITY),
    extensions: [new SubjectAlternativeNameExtension([
      { type: 'dns', value: 'localhost' },
      ...addresses.map(value => ({ type: 'ip' as const, value }))
    ])]
  })

  return { key: String(KeyObject.from(keys.privateKey).export({ type: 'pkcs8', format: 'pem' })), cert: certificate.toString('pem') }
}
