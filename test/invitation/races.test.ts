import { describe, expect, it } from 'vitest'
import { newCaller, stepCaller } from '../../src/invitation/caller-machine.ts'
import { Race } from './race.ts'

/*
 * The races and edge cases of call invitation systems, by the numbers of section (c) of the project's survey of them. The
 * rows that are not here:
 *
 *  3  REFUSE crosses an ACCEPT of another device ┐
 *  4  two devices accept at once                 │
 * 12  one device is busy, others ring            │ a user's devices are peers of their own here, each with an invitation
 * 21  own echo                                   │ of its own; what one of them does to the others is a matter of users,
 * 27  group: one is offline, others answer       │ devices and groups, and has no place in these two machines
 * 28  group: the caller gives up                 │
 * 29  one device was on the call, another rings  ┘
 * 31  mid-session modification crosses: an invitation cannot be modified; negotiation is a matter of the session
 *
 * Of 22 and 23 what one device can show is here: the verbs are three, and the reason that one device is given. Of 13, 19,
 * 24 and 32 the machines show their part; the clock, the transports, the handles and the policy are the service's.
 */

const INVITE = { kind: 'invite', id: 'a1', ringTime: 60_000, age: 0 } as const

describe('1: CANCEL overtakes INVITE', () => {
  it('leaves a tombstone, and the invite behind it never rings', () => {
    const race = new Race().alice('sends').cut().alice('cancels').reconnected().bobHears('stop')
      .bobHearsLate('invite').heard()

    expect(race.asked('bob')).toEqual([])
    expect(race.said).toEqual(['→ INVITE', '→ STOP canceled', '← ENDED stopped', '← ENDED stopped'])
    expect(race.ends()).toEqual({ caller: 'canceled/canceled/local', callee: 'canceled/canceled/remote' })
  })
})

describe('2: CANCEL crosses ACCEPT', () => {
  it('is canceled on both sides, since the caller had canceled first', () => {
    const race = new Race().ringing().alice('cancels').bob('accepts').heard()

    expect(race.said).toEqual(['→ STOP canceled', '← ACCEPT', '← ENDED stopped'])
    expect(race.ends()).toEqual({ caller: 'canceled/canceled/local', callee: 'canceled/canceled/remote' })
  })

  it('is accepted on both sides if the caller had heard the accept first', () => {
    const race = new Race().ringing().bob('accepts').aliceHears('accept').alice('cancels').heard()

    expect(race.said).toEqual(['← ACCEPT', '→ CONFIRM'])
    expect(race.ends()).toEqual({ caller: 'accepted/accepted/remote', callee: 'accepted/accepted/local' })
  })
})

describe('5: ACCEPT was sent, and what answers it is lost', () => {
  it('is said again with the next stream, and confirmed again', () => {
    const race = new Race().ringing().bob('accepts').aliceHears('accept').cut().fromHere().reconnected().heard()

    expect(race.said).toEqual(['→ CONFIRM', '← ACCEPT', '→ CONFIRM'])
    expect(race.ends()).toEqual({ caller: 'accepted/accepted/remote', callee: 'accepted/accepted/local' })
    expect(race.sessions()).toEqual({ caller: 'open', callee: 'open' })
  })

  it('fails at the callee when its wait runs out, and ends the session of the caller as soon as the two can speak', () => {
    const race = new Race().ringing().bob('accepts').aliceHears('accept').cut().runsOut('bob', 'confirm').fromHere()
      .reconnected().heard()

    expect(race.said).toEqual([
      '→ CONFIRM',
      '← ENDED accept-failed',
      '→ CONFIRM',
      '→ STOP connection-lost',
      '← ENDED accept-failed',
      '← ENDED stopped'
    ])
    expect(race.ends()).toEqual({ caller: 'accepted/accepted/remote', callee: 'failed/accept-failed/system' })
    expect(race.sessions()).toEqual({ caller: 'accept-failed/remote', callee: 'none' })
  })
})

describe('6: ACCEPT arrives before DELIVERED', () => {
  it('brings the facts before it along, each once', () => {
    const race = new Race().alice('sends').bobHears('invite').bob('admits').cut().bob('accepts').reconnected()
      .aliceHears('accept').aliceHearsLate('delivered', 'ringing').heard()

    expect(race.facts()).toEqual({
      caller: ['sending', 'delivered', 'ringing', 'accepted'],
      callee: ['received', 'ringing', 'accepting', 'accepted']
    })
    expect(race.ends()).toEqual({ caller: 'accepted/accepted/remote', callee: 'accepted/accepted/local' })
  })
})

describe('7: the time runs out while ACCEPT is under way', () => {
  it('is expired on both sides, since the caller decides', () => {
    const race = new Race().ringing().runsOut('alice', 'ring').bob('accepts').heard()

    expect(race.said).toEqual(['→ STOP timeout', '← ACCEPT', '← ENDED stopped'])
    expect(race.ends()).toEqual({ caller: 'expired/timeout/system', callee: 'expired/timeout/remote' })
  })

  it('ends the ring of a callee that the caller does not reach any more, and that comes too late to accept', () => {
    const race = new Race().ringing().cut().runsOut('alice', 'ring').runsOut('bob', 'ring').bob('accepts')
      .reconnected().heard()

    expect(race.said).toEqual(['→ STOP timeout', '← ENDED stopped'])
    expect(race.ends()).toEqual({ caller: 'expired/timeout/system', callee: 'expired/timeout/system' })
  })
})

describe('8: glare, both invite each other', () => {
  it('comes out as one call, accepted by the loser itself', () => {
    const race = new Race('accept').alice('sends').bob('sends').heard()

    expect(race.ends('a1')).toEqual({ caller: 'accepted/accepted/remote', callee: 'accepted/accepted/local' })
    expect(race.ends('b1')).toEqual({ caller: 'canceled/glare/system', callee: 'canceled/glare/remote' })
    expect(race.facts()).toEqual({
      caller: ['sending', 'delivered', 'ringing', 'accepted'],
      callee: ['received', 'ringing', 'accepting', 'accepted']
    })
  })

  it('comes out as one call when the higher was first', () => {
    const race = new Race('accept').bob('sends').heard().alice('sends').heard()

    expect(race.ends('a1')).toEqual({ caller: 'accepted/accepted/remote', callee: 'accepted/accepted/local' })
    expect(race.ends('b1')).toEqual({ caller: 'canceled/glare/system', callee: 'canceled/glare/remote' })
  })

  it('comes out as one call when the lower accepts what the glare is about to take back', () => {
    const race = new Race('accept').bob('sends').heard().alice('admits').heard().alice('sends', 'accepts').heard()

    expect(race.ends('a1')).toEqual({ caller: 'accepted/accepted/remote', callee: 'accepted/accepted/local' })
    expect(race.ends('b1')).toEqual({ caller: 'canceled/glare/system', callee: 'canceled/glare/remote' })
  })

  it('comes out as the other call when the higher has heard the accept of it first', () => {
    const race = new Race('accept').bob('sends').heard().alice('admits').heard().alice('accepts').bobHears('accept')
      .alice('sends').heard()

    expect(race.ends('b1')).toEqual({ caller: 'accepted/accepted/remote', callee: 'accepted/accepted/local' })
    expect(race.ends('a1')).toEqual({ caller: 'canceled/glare/system', callee: 'unknown' })
  })

  it('comes out as one ring, with the policy `ring`', () => {
    const race = new Race('ring').alice('sends').bob('sends').heard()

    expect(race.ends('a1')).toEqual({ caller: 'ringing', callee: 'ringing' })
    expect(race.ends('b1')).toEqual({ caller: 'canceled/glare/system', callee: 'canceled/glare/remote' })

    race.bob('accepts').heard()

    expect(race.ends('a1')).toEqual({ caller: 'accepted/accepted/remote', callee: 'accepted/accepted/local' })
  })

  it('goes on side by side, with the policy `off`', () => {
    const race = new Race('off').alice('sends').bob('sends').heard().alice('admits').bob('admits').alice('accepts')
      .bob('refuses').heard()

    expect(race.ends('a1')).toEqual({ caller: 'refused/declined/remote', callee: 'refused/declined/local' })
    expect(race.ends('b1')).toEqual({ caller: 'accepted/accepted/remote', callee: 'accepted/accepted/local' })
  })
})

describe('9: glare while the invitation is still being prepared', () => {
  it('ends the own one unsaid and accepts the other, at the peer whose one is not kept', () => {
    const race = new Race().ringing().bob('sends').heard()

    expect(race.said).toEqual(['← ACCEPT', '→ CONFIRM'])
    expect(race.ends('b1')).toEqual({ caller: 'canceled/glare/system', callee: 'unknown' })
    expect(race.ends('a1')).toEqual({ caller: 'accepted/accepted/remote', callee: 'accepted/accepted/local' })
  })
})

describe('10: both are busy to each other, because of glare', () => {
  it('never asks a policy, which might say busy, about the invitation of a peer that is being invited', () => {
    const race = new Race().alice('sends').bob('sends').heard()

    expect(race.asked('alice')).toEqual([])
    expect(race.asked('bob')).toEqual([])
  })

  it('asks after all when the own invitation came to nothing', () => {
    const race = new Race().alice('sends').bob('sends').cut().aliceHearsLate('invite')

    expect(race.asked('alice')).toEqual([])

    race.alice('cancels')

    expect(race.asked('alice')).toEqual(['b1'])

    race.alice('admits').reconnected().heard()

    expect(race.ends('a1')).toEqual({ caller: 'canceled/canceled/local', callee: 'canceled/canceled/remote' })
    expect(race.ends('b1')).toEqual({ caller: 'ringing', callee: 'ringing' })
  })
})

describe('11: the peer calls again while we think that we are still on a call', () => {
  it('ends the session that its process knows nothing of, and rings for the new call', () => {
    const race = new Race().onCall().crash('alice').reconnected().heard()

    expect(race.said).toEqual(['← ACCEPT', '→ STOP unknown', '← ENDED stopped'])
    expect(race.sessions()).toEqual({ caller: 'none', callee: 'peer-restarted/remote' })

    race.alice('sends').heard().bob('admits', 'accepts').heard()

    expect(race.ends('a2')).toEqual({ caller: 'accepted/accepted/remote', callee: 'accepted/accepted/local' })
  })

  it('asks the policy about a second call beside the first, as about any other', () => {
    const race = new Race().onCall().alice('sends').heard()

    expect(race.asked('bob')).toEqual(['a1', 'a2'])
    expect(race.sessions()).toEqual({ caller: 'open', callee: 'open' })
  })
})

describe('13: the callee is offline, and comes back in time', () => {
  it('hears of it once, when a stream stands', () => {
    const race = new Race().cut().alice('sends').reconnected().heard().bob('admits').heard()

    expect(race.said).toEqual(['→ INVITE', '← DELIVERED', '← RINGING'])
    expect(race.asked('bob')).toEqual(['a1'])
    expect(race.ends()).toEqual({ caller: 'ringing', callee: 'ringing' })
  })
})

describe('14: the callee comes back when the call is over', () => {
  it('hears nothing of an invitation that never got out', () => {
    const race = new Race().cut().alice('sends', 'cancels').reconnected().heard()

    expect(race.said).toEqual([])
    expect(race.ends()).toEqual({ caller: 'canceled/canceled/local', callee: 'unknown' })
  })

  it('hears of the end only, where the invitation may have got out', () => {
    const race = new Race().alice('sends').cut().fromHere().runsOut('alice', 'delivery').reconnected().heard()

    expect(race.said).toEqual(['→ STOP timeout', '← ENDED stopped'])
    expect(race.asked('bob')).toEqual([])
    expect(race.ends()).toEqual({ caller: 'failed/no-response/system', callee: 'expired/timeout/remote' })
  })
})

describe('15: clocks that differ', () => {
  it('do not matter to an invite that is replayed and claims to be new: its id is known', () => {
    const race = new Race().ringing().runsOut('alice', 'ring').heard().fromHere().toBob(INVITE).heard()

    expect(race.said).toEqual(['← ENDED expired'])
    expect(race.asked('bob')).toEqual(['a1'])
    expect(race.ends()).toEqual({ caller: 'expired/timeout/system', callee: 'expired/timeout/remote' })
  })
})

describe('16: too little of the ring is left', () => {
  it('does not ring with less than 3 s, and says so', () => {
    const race = new Race().toBob({ ...INVITE, age: 57_001 }).heard()

    expect(race.said).toEqual(['← ENDED expired'])
    expect(race.asked('bob')).toEqual([])
    expect(race.ends()).toEqual({ caller: 'unknown', callee: 'expired/timeout/system' })
  })

  it('rings with 3 s', () => {
    const race = new Race().toBob({ ...INVITE, age: 57_000 })

    expect(race.asked('bob')).toEqual(['a1'])
  })
})

describe('17: the caller disappears while it rings', () => {
  it('stops ringing after the time of grace', () => {
    const race = new Race().ringing().crash('alice').runsOut('bob', 'unreachable').reconnected().heard()

    expect(race.said).toEqual([])
    expect(race.ends()).toEqual({ caller: 'unknown', callee: 'canceled/caller-gone/system' })
  })

  it('stops ringing as soon as the caller comes back knowing nothing', () => {
    const race = new Race().ringing().crash('alice').reconnected().heard()

    expect(race.said).toEqual(['← RINGING', '→ STOP unknown', '← ENDED stopped'])
    expect(race.ends()).toEqual({ caller: 'unknown', callee: 'canceled/caller-gone/remote' })
  })

  it('tells a caller that comes back too late', () => {
    const race = new Race().ringing().cut().runsOut('bob', 'unreachable').reconnected().heard()

    expect(race.said).toEqual(['→ INVITE', '← ENDED caller-gone', '→ STOP caller-gone', '← ENDED stopped'])
    expect(race.ends()).toEqual({ caller: 'failed/connection-lost/remote', callee: 'canceled/caller-gone/system' })
  })
})

describe('18: a connection that breaks while it rings takes the answer with it', () => {
  it('says an accept again', () => {
    const race = new Race().ringing().bob('accepts').cut().reconnected().heard()

    expect(race.ends()).toEqual({ caller: 'accepted/accepted/remote', callee: 'accepted/accepted/local' })
  })

  it('says a refusal again', () => {
    const race = new Race().ringing().bob('refuses').cut().reconnected().heard()

    expect(race.ends()).toEqual({ caller: 'refused/declined/remote', callee: 'refused/declined/local' })
  })

  it('says a cancel again', () => {
    const race = new Race().ringing().alice('cancels').cut().reconnected().heard()

    expect(race.ends()).toEqual({ caller: 'canceled/canceled/local', callee: 'canceled/canceled/remote' })
  })
})

describe('19: an invite comes twice', () => {
  it('is answered again, and neither asked about nor announced again', () => {
    const race = new Race().ringing().toBob(INVITE).heard()

    expect(race.said).toEqual(['← RINGING'])
    expect(race.asked('bob')).toEqual(['a1'])
    expect(race.facts()).toMatchObject({ callee: ['received', 'ringing'] })
  })

  it('is not asked about again while the policy decides', () => {
    const race = new Race().alice('sends').heard().fromHere().toBob(INVITE).heard()

    expect(race.said).toEqual([])
    expect(race.asked('bob')).toEqual(['a1'])
  })
})

describe('20: an end comes for an id that was never seen', () => {
  it('is answered and kept, so that the id never rings', () => {
    const race = new Race().toBob({ kind: 'stop', id: 'a1', reason: 'canceled' }).toBob(INVITE).heard()

    expect(race.said).toEqual(['← ENDED stopped', '← ENDED stopped'])
    expect(race.asked('bob')).toEqual([])
  })

  it('is no news for a caller that knows nothing of it', () => {
    const race = new Race().toAlice({ kind: 'ended', id: 'a9', reason: 'expired' }).heard()

    expect(race.said).toEqual([])
  })
})

describe('22: to ignore, to refuse and to hang up are three', () => {
  it('says nothing when the user ignores it, who may still accept', () => {
    const race = new Race().ringing().bob('ignores').heard()

    expect(race.said).toEqual([])
    expect(race.ends()).toEqual({ caller: 'ringing', callee: 'ringing' })

    race.bob('accepts').heard()

    expect(race.ends()).toEqual({ caller: 'accepted/accepted/remote', callee: 'accepted/accepted/local' })
  })

  it('does not touch an accepted call by a refusal', () => {
    const race = new Race().onCall().bob('refuses').heard()

    expect(race.said).toEqual([])
    expect(race.sessions()).toEqual({ caller: 'open', callee: 'open' })
  })
})

describe('23: it was answered elsewhere', () => {
  it('tells the callee so, as a reason for machines', () => {
    const race = new Race().ringing().aliceCancels('answered-elsewhere').heard()

    expect(race.ends()).toEqual({ caller: 'canceled/answered-elsewhere/local', callee: 'canceled/answered-elsewhere/remote' })
  })
})

describe('24: an invitation that has ended is used again', () => {
  it('does and says nothing more, whoever tries', () => {
    const race = new Race().ringing().alice('cancels').heard().fromHere().alice('cancels', 'hangs up')
      .bob('accepts', 'refuses', 'ignores', 'hangs up').heard()

    expect(race.said).toEqual([])
    expect(race.ends()).toEqual({ caller: 'canceled/canceled/local', callee: 'canceled/canceled/remote' })
  })

  it('leaves the next one alone', () => {
    const race = new Race().ringing().bob('refuses').heard().alice('sends').heard().bob('admits', 'accepts').heard()

    expect(race.ends('a1')).toEqual({ caller: 'refused/declined/remote', callee: 'refused/declined/local' })
    expect(race.ends('a2')).toEqual({ caller: 'accepted/accepted/remote', callee: 'accepted/accepted/local' })
  })
})

describe('25: it is canceled before it was sent', () => {
  it('ends at once, and nothing is said or owed', () => {
    const { state, say } = stepCaller(newCaller('a1', 60_000), { on: 'cancel', reason: 'canceled', originator: 'local' }, true)

    expect(state).toMatchObject({ phase: 'canceled', end: { state: 'canceled', reason: 'canceled', originator: 'local' }, stop: 'none' })
    expect(say).toEqual([])
  })
})

describe('26: who accepts hangs up at once', () => {
  it('hangs up behind the accept', () => {
    const race = new Race().ringing().bob('accepts', 'hangs up').heard()

    expect(race.said).toEqual([
      '← ACCEPT',
      '→ CONFIRM',
      '← HANGUP hangup',
      '→ CONFIRM',
      '→ STOP hangup',
      '← ENDED stopped'
    ])
    expect(race.ends()).toEqual({ caller: 'accepted/accepted/remote', callee: 'accepted/accepted/local' })
    expect(race.sessions()).toEqual({ caller: 'hangup/remote', callee: 'hangup/local' })
  })
})

describe('30: the end of a session is lost', () => {
  it('says the hang-up of the callee again', () => {
    const race = new Race().onCall().bob('hangs up').cut().reconnected().heard()

    expect(race.sessions()).toEqual({ caller: 'hangup/remote', callee: 'hangup/local' })
  })

  it('says the hang-up of the caller again', () => {
    const race = new Race().onCall().alice('hangs up').cut().reconnected().heard()

    expect(race.sessions()).toEqual({ caller: 'hangup/local', callee: 'hangup/remote' })
  })

  it('ends on both sides by itself when the link stays down', () => {
    const race = new Race().onCall().cut().runsOut('alice', 'session').runsOut('bob', 'session')

    expect(race.sessions()).toEqual({ caller: 'connection-lost/system', callee: 'connection-lost/system' })

    race.reconnected().heard()

    expect(race.said).toEqual([])
  })

  it('ends on both sides when one of them has given up before the link is back', () => {
    const race = new Race().onCall().cut().runsOut('bob', 'session').reconnected().heard()

    expect(race.said).toEqual([
      '→ CONFIRM',
      '← ENDED connection-lost',
      '→ CONFIRM',
      '→ STOP connection-lost',
      '← ENDED connection-lost',
      '← ENDED stopped'
    ])
    expect(race.sessions()).toEqual({ caller: 'connection-lost/remote', callee: 'connection-lost/system' })
  })
})

describe('32: what answers by itself shows that someone is there', () => {
  it('says nothing at all where the policy wants silence: not to the invite, nor to its repeat, a new link or the end', () => {
    const race = new Race().alice('sends').heard().bob('is silent').toBob(INVITE).cut().reconnected().heard()
      .runsOut('alice', 'delivery').heard()

    expect(race.said).toEqual(['→ INVITE', '→ INVITE', '→ STOP timeout'])
    expect(race.ends()).toEqual({ caller: 'failed/no-response/system', callee: 'received' })
  })
})
