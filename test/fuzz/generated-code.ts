import { readFileSync } from 'node:fs'
import { registerHooks, stripTypeScriptTypes } from 'node:module'
import { fileURLToPath } from 'node:url'

/** The code that protons makes: it has namespaces, which Node does not run as they are. */
const GENERATED = /\/src\/.*-message\.ts$/

/**
 * Lets generated code be loaded from now on. Of all other code Node only takes out the types, so that every character stays where it is and
 * what V8 says of a place in the code is true of the source.
 */
export function loadGeneratedCode (): void {
  registerHooks({
    load: (url, context, nextLoad) => GENERATED.test(url)
      ? { format: 'module', source: stripTypeScriptTypes(readFileSync(fileURLToPath(url), 'utf8'), { mode: 'transform' }), shortCircuit: true }
      : nextLoad(url, context)
  })
}
