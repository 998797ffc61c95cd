/** How tests start Chromium: as root, without a graphics card, with no traffic of its own, and with a camera and a microphone that are made up. */
export const CHROMIUM_ARGUMENTS: string[] = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // so that two pages on a machine without a network connect directly: loopback addresses, and none hidden behind a name
  '--allow-loopback-in-peer-connection',
  '--disable-features=WebRtcHideLocalIpsWithMdns',
  // few pictures a second: all that is looked at is that they come, and each is drawn without a graphics card
  '--use-fake-device-for-media-stream=fps=5',
  '--use-fake-ui-for-media-stream',
  '--autoplay-policy=no-user-gesture-required'
]
