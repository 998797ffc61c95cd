import { generateKeyPairSync, randomBytes, sign } from 'node:crypto'

/** How long a certificate is good for, milliseconds: 30 days. It is made anew each time that the server is started. */
const VALIDITY = 30 * 24 * 60 * 60 * 1_000

/** Key and certificate, PEM. */
export interface KeyAndCertificate {
  readonly key: string
  readonly cert: string
}

/**
 * A certificate that is signed by its own key (X.509 version 3, ECDSA on P-256): browsers warn of it, and once the user has let it
 * pass, the page is a secure one, which camera and microphone need. It is for trying things out in one's own network.
 *
 * @param addresses - the IPv4 addresses that it is for, beside the name localhost
 */
export function selfSigned (addresses: readonly string[]): KeyAndCertificate {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  // RFC 5758, section 3.2: ecdsa-with-SHA256
  const algorithm = sequence(identifier([0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02]))
  // RFC 5280, appendix A: commonName
  const name = sequence(tagged(0x31, sequence(identifier([0x55, 0x04, 0x03]), tagged(0x0c, Buffer.from('libp2p-invitation call')))))
  const now = Date.now()
  const names = sequence(tagged(0x82, Buffer.from('localhost')), ...addresses.map(address => tagged(0x87, Buffer.from(address.split('.').map(Number)))))
  // subjectAltName
  const extensions = tagged(0xa3, sequence(sequence(identifier([0x55, 0x1d, 0x11]), tagged(0x04, names))))
  const content = sequence(
    tagged(0xa0, tagged(0x02, Buffer.of(2))),
    // positive, and of one length
    tagged(0x02, Buffer.concat([Buffer.of(0x40), randomBytes(15)])),
    algorithm,
    name,
    sequence(time(now), time(now + VALIDITY)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    extensions
  )
  const certificate = sequence(content, algorithm, tagged(0x03, Buffer.of(0), sign('sha256', content, privateKey)))

  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
    cert: `-----BEGIN CERTIFICATE-----\n${certificate.toString('base64').replaceAll(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----\n`
  }
}

/** One value in DER (X.690): its tag, the length of its content, and that. */
function tagged (tag: number, ...content: Buffer[]): Buffer {
  const body = Buffer.concat(content)
  const length = body.length < 0x80 ? [body.length] : body.length < 0x100 ? [0x81, body.length] : [0x82, body.length >> 8, body.length & 0xff]

  return Buffer.concat([Buffer.of(tag, ...length), body])
}

function sequence (...content: Buffer[]): Buffer {
  return tagged(0x30, ...content)
}

function identifier (bytes: readonly number[]): Buffer {
  return tagged(0x06, Buffer.from(bytes))
}

/** UTCTime, which is what RFC 5280 wants until 2049. */
function time (milliseconds: number): Buffer {
  return tagged(0x17, Buffer.from(`${new Date(milliseconds).toISOString().replaceAll(/\D/g, '').slice(2, 14)}Z`))
}
