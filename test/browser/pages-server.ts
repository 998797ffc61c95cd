import { globSync } from 'node:fs'
import { createServer } from 'node:http'
import { extname, join } from 'node:path'
import { build } from 'vite'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Rolldown } from 'vite'

const TYPES: Readonly<Record<string, string>> = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml' }

/** Pages as an app would have them, bundled for browsers and served on a port of this machine. */
export class PagesServer implements AsyncDisposable {
  readonly #server: Server

  private constructor (server: Server) {
    this.#server = server
  }

  /** @param root - the folder whose folders have the pages, each an `index.html` */
  static async start (root: string): Promise<PagesServer> {
    const files = await bundle(root)
    const server = createServer(({ url = '/' }, response) => {
      const { pathname } = new URL(url, 'http://localhost')
      const path = pathname.endsWith('/') ? `${pathname}index.html` : pathname
      const content = files.get(path)

      response.writeHead(content == null ? 404 : 200, { 'content-type': TYPES[extname(path)] ?? 'application/octet-stream' }).end(content)
    })

    await new Promise<void>(resolve => { server.listen(0, '127.0.0.1', resolve) })

    return new PagesServer(server)
  }

  /** Where a page is: `ring` is that of the folder `ring`. */
  urlOf (page: string, parameters: Readonly<Record<string, string>> = {}): string {
    const { port } = this.#server.address() as AddressInfo

    return `http://127.0.0.1:${port}/${page}/?${String(new URLSearchParams(parameters))}`
  }

  async [Symbol.asyncDispose] (): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise(resolve => { this.#server.close(resolve) })
  }
}

/** All files of the pages, by path. */
async function bundle (root: string): Promise<Map<string, string | Uint8Array>> {
  const built = await build({
    configFile: false,
    root,
    logLevel: 'warn',
    build: { write: false, target: 'esnext', minify: false, modulePreload: false, rolldownOptions: { input: globSync('*/index.html', { cwd: root }).map(page => join(root, page)) } }
  }) as Rolldown.RolldownOutput

  return new Map(built.output.map(file => [`/${file.fileName}`, file.type === 'chunk' ? file.code : file.source]))
}
