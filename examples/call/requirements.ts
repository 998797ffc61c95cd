/** What a call needs and this page does not have, in words for people. */
export function missingRequirements (): string[] {
  const missing: string[] = []

  if (!('RTCPeerConnection' in globalThis)) {
    missing.push('This browser cannot make calls: it has no WebRTC, or was told not to use it.')
  }

  if (!isSecureContext) {
    missing.push('This page came over an insecure connection, so the browser gives it neither camera nor microphone. Open it by its https address, or on this machine as http://localhost. Until then you can only see and hear others.')
  }

  return missing
}
