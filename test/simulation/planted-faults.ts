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
    name: 'dialogue-never-forgotten',
    sentence: 'a dialogue that is finished is taken up again',
    file: 'invitation/invitation-server.ts',
    find: 'this.#dialogues.delete(dialogue.peer.toString())',
    replace: 'void dialogue'
  },
  {
    name: 'told-twice',
    sentence: 'what happened to an invitation is told as often as it changes',
    file: 'invitation/announcements.ts',
    find: 'for (const fact of callerFacts(before.phase, after)) {',
    replace: 'for (const fact of [...callerFacts(before.phase, after), ...after.end == null ? [] : [after.phase]]) {'
  },
  {
    name: 'messages-twice',
    sentence: 'a message that is said again is read again',
    file: 'session/inbox.ts',
    find: 'if (part.number <= this.#heard || this.#ahead.has(part.number)) {\n      return true\n    }',
    replace: 'if (part.number <= this.#heard) {\n      this.#heard = part.number - 1\n    }'
  },
  {
    name: 'said-once',
    sentence: 'what died with a stream is not said again in a session',
    file: 'session/session-handle.ts',
    find: 'this.#port.say(this.#lanes.flatMap(lane => lane.again()))',
    replace: ''
  },
  {
    name: 'links-stay',
    sentence: 'a signalling stream that nobody uses is never closed',
    file: 'link/peer-link.ts',
    find: 'this.#streams.close()\n\n    if (this.#writing != null) {',
    replace: 'if (this.#writing == null) {'
  }
]
