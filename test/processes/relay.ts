/** The relay's own program, as its users run it, but that it ends with the process that forked it. */
process.on('disconnect', () => { process.exit(1) })

await import(new URL('../../dist/relay/command/main.js', import.meta.url).href)
