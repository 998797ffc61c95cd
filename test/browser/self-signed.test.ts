import { createPrivateKey, X509Certificate } from 'node:crypto'
import { expect, it } from 'vitest'
import { selfSigned } from '../../examples/server/self-signed.ts'

it('a certificate for the pages is for localhost and the given addresses, and for nothing else; signed by its own key, and good for weeks', async () => {
  const { key, cert } = await selfSigned(['192.0.2.7', '198.51.100.2'])
  const certificate = new X509Certificate(cert)
  const inWeeks = Date.now() + 3 * 7 * 24 * 60 * 60 * 1_000

  expect(['192.0.2.7', '198.51.100.2', '192.0.2.8'].map(address => certificate.checkIP(address))).toEqual(['192.0.2.7', '198.51.100.2', undefined])
  expect(['localhost', 'example.org'].map(host => certificate.checkHost(host))).toEqual(['localhost', undefined])
  expect(certificate.checkPrivateKey(createPrivateKey(key))).toBe(true)
  expect(certificate.verify(certificate.publicKey)).toBe(true)
  expect(certificate.validFromDate.getTime()).toBeLessThanOrEqual(Date.now())
  expect(certificate.validToDate.getTime()).toBeGreaterThan(inWeeks)
})
