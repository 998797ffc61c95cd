import { createSwarm } from '../../src/swarm/index.ts'
const runs = Number(process.argv[2] ?? 30)
const mode = process.argv[3] ?? 'connected'
const encryption = (process.argv[4] ?? 'plaintext') as 'plaintext' | 'noise'
async function play (seed: number): Promise<string> {
  const behind = mode === 'relay'
  await using swarm = await createSwarm({
    peers: behind ? ['ada', 'ben', 'cleo'].map(name => ({ name: name as 'ada' | 'ben' | 'cleo', behind: ['rita'] as const })) : ['ada', 'ben', 'cleo'],
    ...(behind ? { relays: ['rita'] as const } : {}), seed, encryption, connected: mode !== 'lazy' })
  const { ada, ben } = swarm.peers
  ben.invitation.addEventListener('invitation:received', async ({ detail: remote }) => { await remote.accept() })
  if (mode !== 'lazy') await swarm.until(() => ada.presence.get(ben.peerId) != null)
  const local = await swarm.run(ada.invitation.invite(ben.peerId))
  const { state } = await swarm.run(local.outcome)
  if (state !== 'accepted') throw new Error(state)
  return swarm.trace
}
await play(0); const gc = (globalThis as { gc?: () => void }).gc
for (const half of [1, 2]) {
  const cpu = process.cpuUsage(); const at = process.hrtime.bigint()
  for (let i = 0; i < runs; i++) await play(i)
  gc?.(); const used = process.cpuUsage(cpu)
  console.log(`${mode} ${encryption}: ${((used.user + used.system) / 1000 / runs).toFixed(1)} ms CPU, ${(Number(process.hrtime.bigint() - at) / 1e6 / runs).toFixed(1)} ms wall per run; heap ${(process.memoryUsage().heapUsed / 1e6).toFixed(0)} MB`)
}
