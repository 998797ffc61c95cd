import { InvalidArgumentError } from '../../errors/index.ts'
import { DEFAULT_PROTOCOL_PREFIX } from '../topics/index.ts'
import { DEFAULT_FOLLOWED_TOPICS, DEFAULT_TOPICS_PER_PEER, MAX_FOLLOWED_TOPICS, MAX_SUBSCRIPTIONS_PER_PEER } from './constants.ts'
import type { FollowRoomsInit } from './index.ts'

/** The options, checked, with what was left out filled in. */
export type FollowingSettings = Readonly<Required<FollowRoomsInit>>

/** @throws {InvalidArgumentError} an option is out of its range */
export function readSettings ({ protocolPrefix = DEFAULT_PROTOCOL_PREFIX, rooms = DEFAULT_FOLLOWED_TOPICS, roomsPerPeer = DEFAULT_TOPICS_PER_PEER }: FollowRoomsInit): FollowingSettings {
  checkNumber('rooms', rooms, MAX_FOLLOWED_TOPICS)
  checkNumber('roomsPerPeer', roomsPerPeer, MAX_SUBSCRIPTIONS_PER_PEER)

  return { protocolPrefix, rooms, roomsPerPeer }
}

function checkNumber (name: string, value: number, most: number): void {
  if (!Number.isInteger(value) || value < 1 || value > most) {
    throw new InvalidArgumentError(`${name}: a whole number from 1 to ${most}`)
  }
}
