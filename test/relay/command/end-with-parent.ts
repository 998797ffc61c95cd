/** Loaded into the relay's process before the relay: ends it when the test is gone, and lets it fail when the test says so. */
process.on('disconnect', () => { process.exit() })
process.on('message', message => { throw new Error(String(message)) })
process.channel?.unref()
