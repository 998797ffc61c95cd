/**
 * Runs a program, and kills it when whoever started this process is gone, in whatever way: then nothing holds the other end of
 * standard input any more. `node leashed-process.ts program arguments…`
 */
import { spawn } from 'node:child_process'

const [program = '', ...options] = process.argv.slice(2)
const child = spawn(program, options, { stdio: ['ignore', 'inherit', 'inherit'] })

process.stdin.resume()
process.stdin.once('close', () => { child.kill('SIGKILL') })
child.once('error', error => {
  console.error(error)
  process.exit(1)
})
child.once('exit', code => { process.exit(code ?? 1) })
