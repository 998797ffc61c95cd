import { describe, expect, it } from 'vitest'
import { GuardedEventTarget } from '../../src/environment/index.ts'

interface Events { ping: CustomEvent<number> }

function target (): { target: GuardedEventTarget<Events>, failures: Array<[unknown, string]> } {
  const failures: Array<[unknown, string]> = []

  return { target: new GuardedEventTarget<Events>((thrown, type) => { failures.push([thrown, type]) }), failures }
}

const ping = (detail: number): CustomEvent<number> => new CustomEvent('ping', { detail })

describe('GuardedEventTarget', () => {
  it('hands what a listener throws to its owner, and the event to the other listeners', () => {
    const { target: guarded, failures } = target()
    const heard: number[] = []
    const thrown = new Error('of the listener')

    guarded.addEventListener('ping', () => { throw thrown })
    guarded.addEventListener('ping', ({ detail }) => { heard.push(detail) })
    guarded.dispatchEvent(ping(1))

    expect(heard).toEqual([1])
    expect(failures).toEqual([[thrown, 'ping']])
  })

  it('hands what an async listener rejects with to its owner', async () => {
    const { target: guarded, failures } = target()
    const thrown = new Error('of the listener, later')

    guarded.addEventListener('ping', async () => { await Promise.reject(thrown) })
    guarded.dispatchEvent(ping(1))
    await expect.poll(() => failures).toEqual([[thrown, 'ping']])
  })

  it('calls listener objects on themselves', () => {
    const { target: guarded } = target()
    const listener = { heard: 0, handleEvent ({ detail }: CustomEvent<number>) { this.heard = detail } }

    guarded.addEventListener('ping', listener)
    guarded.dispatchEvent(ping(7))

    expect(listener.heard).toBe(7)
  })

  it('removes a listener that was added, and only once', () => {
    const { target: guarded } = target()
    const heard: number[] = []
    const listener = ({ detail }: CustomEvent<number>): void => { heard.push(detail) }

    guarded.addEventListener('ping', listener)
    guarded.addEventListener('ping', listener)
    guarded.dispatchEvent(ping(1))
    guarded.removeEventListener('ping', listener)
    guarded.dispatchEvent(ping(2))

    expect(heard).toEqual([1])
  })

  it('calls a listener that was added for one event only once', () => {
    const { target: guarded } = target()
    const heard: number[] = []

    guarded.addEventListener('ping', ({ detail }) => { heard.push(detail) }, { once: true })
    guarded.dispatchEvent(ping(1))
    guarded.dispatchEvent(ping(2))

    expect(heard).toEqual([1])
  })
})
