import { TypedEventEmitter } from 'main-event'
import type { PresenceSightings, PresenceSource } from '../../../src/index.ts'

/** Stands for a presence service: the test says who was seen, and what this peer says of itself. */
export class StandInPresence extends TypedEventEmitter<PresenceSightings> implements PresenceSource {
  status = 'online'
}
