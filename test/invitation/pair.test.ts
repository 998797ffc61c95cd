import { describe, expect, it } from 'vitest'
import { newCaller } from '../../src/invitation/caller-machine.ts'
import { actAsCallee, actAsCaller, admit, hear, hearUnwanted, linkUp, send, unsupported } from '../../src/invitation/pair.ts'
import type { GlarePolicy } from '../../src/invitation/pair.ts'
import type { InvitationId, StopReason, InvitationWord } from '../../src/wire/words.ts'
import { Process } from './process.ts'

const RING_TIME = 60_000

const invite = (id: InvitationId, ringTime = RING_TIME, age = 0): InvitationWord => ({ kind: 'invite', id, ringTime, age })
const stop = (id: InvitationId, reason: StopReason, kept?: InvitationId): InvitationWord => ({ kind: 'stop', id, reason, ...(kept != null && { kept }) })

/** One side of a pair, with the pure functions as its verbs; each gives back what is said. Own invitations are o1, o2 …, theirs t1, t2 …. */
class Side extends Process {
  hears (word: InvitationWord): readonly InvitationWord[] {
    return this.take(hear(this, word))
  }

  sends (id: InvitationId): readonly InvitationWord[] {
    return this.take(send(this, newCaller(id, RING_TIME)))
  }

  admits (id: InvitationId): readonly InvitationWord[] {
    return this.take(admit(this, id, 'ring'))
  }

  accepts (id: InvitationId): readonly InvitationWord[] {
    return this.take(actAsCallee(this, id, { on: 'accept' }))
  }

  cancels (id: InvitationId): readonly InvitationWord[] {
    return this.take(actAsCaller(this, id, { on: 'cancel', reason: 'canceled', originator: 'local' }))
  }
}

const lower = (glare: GlarePolicy = 'accept'): Side => new Side(true, glare)
const higher = (glare: GlarePolicy = 'accept'): Side => new Side(false, glare)

describe('an invite that comes in', () => {
  it('waits for the policy, and nothing is said before', () => {
    const side = lower()

    expect(side.hears(invite('t1'))).toEqual([])
    expect(side.asked).toEqual(['t1'])
    expect(side.callee('t1')).toMatchObject({ phase: 'received', ringTime: RING_TIME, held: false })
  })

  it('rings, is refused in the name of the system, or meets silence, as the policy decides', () => {
    const side = lower()

    side.hears(invite('t1'))
    side.hears(invite('t2'))
    side.hears(invite('t3'))

    expect(side.take(admit(side, 't1', 'ring'))).toEqual([{ kind: 'delivered', id: 't1' }, { kind: 'ringing', id: 't1' }])
    expect(side.take(admit(side, 't2', { refuse: 'busy' }))).toEqual([{ kind: 'refuse', id: 't2', reason: 'busy' }])
    expect(side.take(admit(side, 't3', 'ignore'))).toEqual([])
    expect(side.callee('t2')?.end).toEqual({ state: 'refused', originator: 'system', reason: 'busy' })
    expect(side.callee('t3')?.silenced).toBe(true)
  })

  it('is not moved by a decision that comes when it has ended, is held back, or is not known', () => {
    const side = lower()

    side.hears(invite('t1'))
    side.hears(stop('t1', 'canceled'))
    side.sends('o1')
    side.hears(invite('t2'))

    for (const id of ['t1', 't2', 't3']) {
      expect(admit(side, id, 'ring').changed).toEqual([])
      expect(admit(side, id, 'ring').say).toEqual([])
    }
  })

  it('rings while others ring, each by itself', () => {
    const side = lower()

    side.hears(invite('t1'))
    side.admits('t1')
    side.hears(invite('t2'))
    side.admits('t2')

    expect([...side.incoming.values()].map(({ phase }) => phase)).toEqual(['ringing', 'ringing'])
  })

  it.each([
    [60_000, 57_001],
    [60_000, 60_000],
    [3_500, 501]
  ])('of %i ms that is %i ms old has too little left: it expires unheard, its user not told, and the caller is', (ringTime, age) => {
    const side = lower()

    expect(side.hears(invite('t1', ringTime, age))).toEqual([{ kind: 'ended', id: 't1', reason: 'expired' }])
    expect(side.asked).toEqual([])
    expect(side.callee('t1')).toMatchObject({ phase: 'expired', announced: false, end: { state: 'expired', originator: 'system', reason: 'timeout' } })
    expect(side.incoming.size).toBe(0)
  })

  it.each([
    [60_000, 57_000],
    [1_000, 0],
    [0, 0],
    [0, 100_000]
  ])('of %i ms that is %i ms old may ring', (ringTime, age) => {
    const side = lower()

    side.hears(invite('t1', ringTime, age))

    expect(side.asked).toEqual(['t1'])
  })
})

describe('a word for an id that is not known', () => {
  it.each<InvitationWord>([
    { kind: 'delivered', id: 'x' },
    { kind: 'ringing', id: 'x' },
    { kind: 'accept', id: 'x' },
    { kind: 'refuse', id: 'x', reason: 'declined' },
    { kind: 'hangup', id: 'x', reason: 'hangup' }
  ])('of a callee is answered with STOP unknown: $kind', word => {
    const side = lower()

    expect(side.hears(word)).toEqual([stop('x', 'unknown')])
    expect(side.caller('x')).toBeUndefined()
  })

  it('is not answered where it is ENDED, which never is', () => {
    expect(lower().hears({ kind: 'ended', id: 'x', reason: 'unknown' })).toEqual([])
  })

  it.each([
    ['STOP', stop('x', 'canceled'), 'stopped', 'canceled'],
    ['STOP timeout', stop('x', 'timeout'), 'stopped', 'expired'],
    ['CONFIRM', { kind: 'confirm', id: 'x' } as const, 'unknown', 'failed']
  ] as const)('of a caller is answered and leaves a tombstone: %s', (_name, word, reason, phase) => {
    const side = lower()

    expect(side.hears(word)).toEqual([{ kind: 'ended', id: 'x', reason }])
    expect(side.callee('x')).toMatchObject({ phase, announced: false })
    expect(side.hears(invite('x'))).toMatchObject([{ kind: 'ended', id: 'x' }])
    expect(side.asked).toEqual([])
  })

  it('does not mix up the two roles: one id may be that of an invitation of either side', () => {
    const side = lower('off')

    side.sends('x')
    side.hears(invite('x'))
    side.admits('x')
    side.hears({ kind: 'accept', id: 'x' })

    expect(side.caller('x')?.phase).toBe('accepted')
    expect(side.callee('x')?.phase).toBe('ringing')
  })

  it('does nothing as a verb', () => {
    const side = lower()

    expect(actAsCaller(side, 'x', { on: 'cancel', reason: 'canceled', originator: 'local' }).changed).toEqual([])
    expect(actAsCallee(side, 'x', { on: 'accept' }).changed).toEqual([])
  })
})

describe('glare at the lower peer', () => {
  it('holds the invitation of the other back, unannounced, and says only that it is there', () => {
    const side = lower()

    side.sends('o1')

    expect(side.hears(invite('t1'))).toEqual([{ kind: 'delivered', id: 't1' }])
    expect(side.callee('t1')).toMatchObject({ phase: 'received', held: true, announced: false })
    expect(side.asked).toEqual([])
    expect(side.caller('o1')?.phase).toBe('sending')
  })

  it('lets it go when its caller takes it back', () => {
    const side = lower()

    side.sends('o1')
    side.hears(invite('t1'))
    side.hears(stop('t1', 'glare', 'o1'))

    expect(side.callee('t1')).toMatchObject({ phase: 'canceled', announced: false, end: { reason: 'glare', kept: 'o1' } })
    expect(side.caller('o1')?.phase).toBe('sending')
  })

  it.each<[string, (side: Side) => void]>([
    ['canceled', side => { side.cancels('o1') }],
    ['refused', side => { side.hears({ kind: 'refuse', id: 'o1', reason: 'declined' }) }],
    ['expired', side => { side.hears({ kind: 'ended', id: 'o1', reason: 'expired' }) }],
    ['failed', side => { side.take(actAsCaller(side, 'o1', { on: 'timer', timer: 'delivery' })) }]
  ])('asks about it after all when its own is %s', (state, ends) => {
    const side = lower()

    side.sends('o1')
    side.hears(invite('t1'))
    ends(side)

    expect(side.caller('o1')?.phase).toBe(state)
    expect(side.asked).toEqual(['t1'])
    expect(side.callee('t1')?.held).toBe(false)
    expect(side.admits('t1')).toEqual([{ kind: 'delivered', id: 't1' }, { kind: 'ringing', id: 't1' }])
  })

  it('does not ask about it when its own is accepted', () => {
    const side = lower()

    side.sends('o1')
    side.hears(invite('t1'))
    side.hears({ kind: 'accept', id: 'o1' })

    expect(side.asked).toEqual([])
    expect(side.callee('t1')?.held).toBe(true)
  })

  it('holds it back as long as any of its own is live, and then asks about all', () => {
    const side = lower()

    side.sends('o1')
    side.sends('o2')
    side.hears(invite('t1'))
    side.hears(invite('t2'))
    side.cancels('o1')

    expect(side.asked).toEqual([])

    side.cancels('o2')

    expect(side.asked).toEqual(['t1', 't2'])
  })

  it('sends its own while that of the other rings, which goes on ringing until its caller takes it back', () => {
    const side = lower()

    side.hears(invite('t1'))
    side.admits('t1')

    expect(side.sends('o1')).toEqual([invite('o1')])
    expect(side.callee('t1')?.phase).toBe('ringing')
  })

  it('takes its own back, unsaid, if it is about to accept the other', () => {
    const side = lower()

    side.hears(invite('t1'))
    side.admits('t1')
    side.accepts('t1')

    expect(side.sends('o1')).toEqual([])
    expect(side.caller('o1')?.end).toEqual({ state: 'canceled', originator: 'system', reason: 'glare', kept: 't1' })
    expect(side.callee('t1')?.phase).toBe('accepting')
  })

  it('takes its own back when the accept of the other is confirmed', () => {
    const side = lower()

    side.hears(invite('t1'))
    side.admits('t1')
    side.sends('o1')
    side.accepts('t1')

    expect(side.caller('o1')?.phase).toBe('sending')
    expect(side.hears({ kind: 'confirm', id: 't1' })).toEqual([stop('o1', 'glare', 't1')])
    expect(side.caller('o1')?.end).toEqual({ state: 'canceled', originator: 'system', reason: 'glare', kept: 't1' })
  })
})

describe('glare at the higher peer', () => {
  it('takes its own back, naming the one that is kept, and accepts that by itself', () => {
    const side = higher()

    side.sends('o1')

    expect(side.hears(invite('t1'))).toEqual([
      stop('o1', 'glare', 't1'),
      { kind: 'delivered', id: 't1' },
      { kind: 'ringing', id: 't1' },
      { kind: 'accept', id: 't1' }
    ])
    expect(side.asked).toEqual([])
    expect(side.caller('o1')?.end).toEqual({ state: 'canceled', originator: 'system', reason: 'glare', kept: 't1' })
    expect(side.callee('t1')).toMatchObject({ phase: 'accepting', announced: true })
    expect(side.facts('callee', 't1')).toEqual(['received', 'ringing', 'accepting'])
  })

  it('lets it ring, by the policy `ring`', () => {
    const side = higher('ring')

    side.sends('o1')

    expect(side.hears(invite('t1'))).toEqual([stop('o1', 'glare', 't1'), { kind: 'delivered', id: 't1' }, { kind: 'ringing', id: 't1' }])
    expect(side.callee('t1')?.phase).toBe('ringing')
    expect(side.asked).toEqual([])
  })

  it('takes all of its own back', () => {
    const side = higher()

    side.sends('o1')
    side.sends('o2')
    side.hears(invite('t1'))

    expect(['o1', 'o2'].map(id => side.caller(id)?.phase)).toEqual(['canceled', 'canceled'])
  })

  it.each<GlarePolicy>(['accept', 'ring'])('does not send while one of the other waits or rings, and takes that: policy %s', glare => {
    const [waiting, ringing] = [higher(glare), higher(glare)]

    waiting.hears(invite('t1'))
    ringing.hears(invite('t1'))
    ringing.admits('t1')

    const accept = glare === 'accept' ? [{ kind: 'accept', id: 't1' }] : []

    expect(waiting.sends('o1')).toEqual([{ kind: 'delivered', id: 't1' }, { kind: 'ringing', id: 't1' }, ...accept])
    expect(ringing.sends('o1')).toEqual(accept)

    for (const side of [waiting, ringing]) {
      expect(side.caller('o1')).toMatchObject({ phase: 'canceled', invited: false, end: { reason: 'glare', originator: 'system', kept: 't1' } })
      expect(side.callee('t1')?.phase).toBe(glare === 'accept' ? 'accepting' : 'ringing')
    }
  })

  it('says nothing twice when it accepts already', () => {
    const side = higher()

    side.hears(invite('t1'))
    side.admits('t1')
    side.accepts('t1')

    expect(side.sends('o1')).toEqual([])
    expect(side.callee('t1')?.phase).toBe('accepting')
  })

  it('sends while one of the other is silenced, as if it were not there', () => {
    const side = higher()

    side.hears(invite('t1'))
    side.take(admit(side, 't1', 'ignore'))

    expect(side.sends('o1')).toEqual([invite('o1')])
  })

  it('does not mind an invitation of its own that has ended', () => {
    const side = higher()

    side.sends('o1')
    side.cancels('o1')
    side.hears(invite('t1'))

    expect(side.asked).toEqual(['t1'])
  })
})

describe('glare with the policy `off`', () => {
  it.each([true, false])('lets both go on side by side (lower: %s)', isLower => {
    const side = new Side(isLower, 'off')

    side.sends('o1')
    side.hears(invite('t1'))

    expect(side.asked).toEqual(['t1'])
    expect(side.caller('o1')?.phase).toBe('sending')
    side.admits('t1')
    side.accepts('t1')
    side.hears({ kind: 'confirm', id: 't1' })
    expect(side.caller('o1')?.phase).toBe('sending')
    expect(side.sends('o2')).toEqual([invite('o2')])
  })
})

describe('a link that comes up', () => {
  it('says the last unanswered word of all that is not over, the own invitations first', () => {
    const side = lower('off')

    side.sends('o1')
    side.sends('o2')
    side.cancels('o2')
    side.sends('o3')
    side.cancels('o3')
    side.hears({ kind: 'ended', id: 'o3', reason: 'stopped' })
    side.hears(invite('t1'))
    side.admits('t1')
    side.hears(invite('t2'))

    expect(side.take(linkUp(side))).toEqual([invite('o1'), stop('o2', 'canceled'), { kind: 'ringing', id: 't1' }])
  })
})

describe('a peer that does not speak the protocol', () => {
  it('fails what is being sent to it, and nothing else', () => {
    const side = lower('off')

    side.sends('o1')
    side.sends('o2')
    side.hears({ kind: 'ringing', id: 'o2' })
    side.hears(invite('t1'))
    side.admits('t1')
    side.take(unsupported(side))

    expect(side.caller('o1')?.end).toEqual({ state: 'failed', originator: 'remote', reason: 'unsupported' })
    expect(side.caller('o2')?.phase).toBe('ringing')
    expect(side.callee('t1')?.phase).toBe('ringing')
  })
})

describe('a word of a peer that is unwanted, about something that was never heard of', () => {
  it('leaves no trace if it is an invite', () => {
    const side = lower()

    expect(hearUnwanted(side, { kind: 'invite', id: 't1', ringTime: RING_TIME, age: 0 })).toMatchObject({ changed: [], say: [], admit: [] })
  })

  it('is answered as of an invitation that the policy ignored', () => {
    const [unwanted, ignored] = [lower(), lower()]

    ignored.hears(invite('t1'))
    ignored.take(admit(ignored, 't1', 'ignore'))

    for (const word of [{ kind: 'confirm', id: 't1' }, { kind: 'stop', id: 't1', reason: 'canceled' }, { kind: 'confirm', id: 't1' }] as const) {
      expect(unwanted.take(hearUnwanted(unwanted, word))).toEqual(ignored.hears(word))
    }
  })

  it('keeps an invite from ringing that comes behind its own end', () => {
    const side = lower()

    expect(side.take(hearUnwanted(side, { kind: 'stop', id: 't1', reason: 'canceled' }))).toEqual([])
    expect(side.hears(invite('t1'))).toEqual([])
    expect(side.asked).toEqual([])
  })
})
