import type { PlantedFault } from './messages.ts'

/** In the link, the session and the service: the machines have faults of their own planted, in `test/model/faults.ts`. */
export const PLANTED_FAULTS: readonly PlantedFault[] = [
  {
    name: 'no-new-stream',
    sentence: 'a link that lost its stream opens no other, though something is owed',
    file: 'link/peer-link.ts',
    find: 'this.#opening.restart(stream.wasHeard && !stream.wasAborted && stood >= STEADY_TIME)',
    replace: 'void stood'
  },
  {
    name: 'session-unaware-of-the-link',
    sentence: 'what was said in a session on a stream that died is not said again on the next one',
    file: 'invitation/dialogue.ts',
    find: 'this.#sessions.linkCameUp()\n',
    replace: '\n'
  },
  {
    name: 'nothing-said-again',
    sentence: 'what was said on a stream that died is not said again on the next one',
    file: 'invitation/dialogue.ts',
    find: 'this.#apply(linkUp(this))',
    replace: 'for (const state of linkUp(this).changed) { this.#change(state, undefined) }'
  },
  {
    name: 'timers-unaware-of-the-link',
    sentence: 'a call does not notice that its link went down',
    file: 'invitation/dialogue.ts',
    find: 'this.#sessions.linkWentDown()\n    this.#linkChanged()',
    replace: 'this.#sessions.linkWentDown()'
  },
  {
    name: 'ring-time-begins-anew',
    sentence: 'an invite that is said again says that it is new',
    file: 'invitation/calls.ts',
    find: 'age: call?.age ?? 0',
    replace: 'age: 0'
  },
  {
    name: 'no-tombstones',
    sentence: 'an end leaves no tombstone in the service',
    file: 'invitation/invitation-server.ts',
    find: 'return Math.max(TOMBSTONE_TIME, 2 * ringTime)',
    replace: 'return 0 * ringTime'
  },
  {
    name: 'messages-twice',
    sentence: 'a message that is said again is read again',
    file: 'session/inbox.ts',
    find: 'if (part.number <= this.#heard || this.#ahead.has(part.number)) {\n      return true\n    }',
    replace: 'if (part.number <= this.#heard) {\n      this.#heard = part.number - 1\n    }'
  },
  {
    name: 'links-stay',
    sentence: 'a signalling stream that nobody uses is never closed',
    file: 'link/peer-link.ts',
    find: 'this.#streams.close()\n\n    if (this.#writing != null) {',
    replace: 'if (this.#writing == null) {'
  }
]
