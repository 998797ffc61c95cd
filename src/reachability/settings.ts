import { InvalidArgumentError } from '../errors/index.ts'
import { DEFAULT_HELD, MAX_HELD } from './constants.ts'
import { readRelayAddress } from './relay-address.ts'
import type { ReachabilityInit } from './index.ts'
import type { RelayAddress } from './relay-address.ts'

/** An app's options, checked, with what it left out filled in. */
export interface ReachabilitySettings {
  readonly relays: readonly RelayAddress[]
  readonly held: number
  readonly learn: boolean
}

/** @throws {InvalidArgumentError} an option is out of its range */
export function readSettings ({ relays = [], held = DEFAULT_HELD, learn = true }: ReachabilityInit): ReachabilitySettings {
  if (!Number.isInteger(held) || held < 1 || held > MAX_HELD) {
    throw new InvalidArgumentError(`held: 1 to ${MAX_HELD}`)
  }

  return { relays: relays.map(readRelayAddress), held, learn }
}
