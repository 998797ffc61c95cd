import { describe, expect, it } from 'vitest'
import { Race } from './race.ts'

/*
 * The races of RFC 5407 that have a meaning without media. Its states: preparative (nothing heard yet), early (it rings),
 * moratorium (accepted, the confirm not heard yet), established (on the call), mortal (hung up, the answer to that not heard
 * yet). The rest of it (3.1.4, 3.1.5, 3.2.2, 3.2.3, 3.3.1 to 3.3.3, appendix B) is about changing media, or referring the
 * call to others, in the middle of a call, for which there is no word here; appendix E is about forking, which is not done.
 */

const INVITE = { kind: 'invite', id: 'a1', ringTime: 60_000, age: 0 } as const
const ACCEPT = { kind: 'accept', id: 'a1' } as const
const CONFIRM = { kind: 'confirm', id: 'a1' } as const
const REFUSE = { kind: 'refuse', id: 'a1', reason: 'declined' } as const
const HANGUP = { kind: 'hangup', id: 'a1', reason: 'hangup' } as const

describe('3.1: the callee has accepted and waits for the confirm', () => {
  it('3.1.1: an INVITE that is repeated is answered with the accept, and rings no more', () => {
    const race = new Race().ringing().bob('accepts').toBob(INVITE).heard()

    expect(race.said).toEqual(['← ACCEPT', '← ACCEPT', '→ CONFIRM', '→ CONFIRM'])
    expect(race.facts()).toMatchObject({ callee: ['received', 'ringing', 'accepting', 'accepted'] })
    expect(race.ends()).toEqual({ caller: 'accepted/accepted/remote', callee: 'accepted/accepted/local' })
  })

  it('3.1.2: a cancel that crosses the accept ends it on both sides', () => {
    const race = new Race().ringing().bob('accepts').alice('cancels').bobHears('stop').heard()

    expect(race.ends()).toEqual({ caller: 'canceled/canceled/local', callee: 'canceled/canceled/remote' })
  })

  it('3.1.3: a caller that leaves before it has heard the accept ends it on both sides', () => {
    const race = new Race().ringing().bob('accepts').aliceCancels('shutdown').heard()

    expect(race.said).toEqual(['← ACCEPT', '→ STOP shutdown', '← ENDED stopped'])
    expect(race.ends()).toEqual({ caller: 'canceled/shutdown/local', callee: 'canceled/shutdown/remote' })
  })

  it('3.1.6: a hang-up that comes before a confirm which is late brings another: accepted, and hung up', () => {
    const race = new Race().ringing().bob('accepts').aliceHears('accept').cut().alice('hangs up').fromHere()
      .reconnected().bobHears('confirm', 'stop').bobHearsLate('confirm').heard()

    expect(race.said).toEqual(['→ CONFIRM', '→ STOP hangup', '← ACCEPT', '← ENDED stopped', '← ENDED hangup'])
    expect(race.ends()).toEqual({ caller: 'accepted/accepted/remote', callee: 'accepted/accepted/local' })
    expect(race.sessions()).toEqual({ caller: 'hangup/local', callee: 'hangup/remote' })
  })

  it('3.1.6, the other way round: a callee that hangs up before the confirm waits for it', () => {
    const race = new Race().ringing().bob('accepts').aliceHears('accept').bob('hangs up').heard()

    expect(race.ends()).toEqual({ caller: 'accepted/accepted/remote', callee: 'accepted/accepted/local' })
    expect(race.sessions()).toEqual({ caller: 'hangup/remote', callee: 'hangup/local' })
  })

  it('has nothing to hang up if the caller had canceled', () => {
    const race = new Race().ringing().alice('cancels').bob('accepts', 'hangs up').heard()

    expect(race.said).toEqual(['→ STOP canceled', '← ACCEPT', '← ENDED stopped'])
    expect(race.ends()).toEqual({ caller: 'canceled/canceled/local', callee: 'canceled/canceled/remote' })
    expect(race.sessions()).toEqual({ caller: 'none', callee: 'none' })
  })

  it('is expired on both sides if the time ran out at the caller before the accept was heard', () => {
    const race = new Race().ringing().bob('accepts').runsOut('alice', 'ring').heard()

    expect(race.ends()).toEqual({ caller: 'expired/timeout/system', callee: 'expired/timeout/remote' })
  })

  it('ends accept-failed at a callee whose confirm never comes, and an accept that the caller hears later opens nothing that lasts', () => {
    const race = new Race().ringing().bob('accepts').cut().runsOut('bob', 'confirm').fromHere().reconnected()
      .aliceHearsLate('accept').heard()

    expect(race.ends()).toEqual({ caller: 'accepted/accepted/remote', callee: 'failed/accept-failed/system' })
    expect(race.sessions()).toEqual({ caller: 'accept-failed/remote', callee: 'none' })
  })
})

describe('3.2: one has hung up and waits for the answer', () => {
  it('3.2.1: two hang-ups cross, and both sides are off the call', () => {
    const race = new Race().onCall().alice('hangs up').bob('hangs up').heard()

    expect(race.said).toEqual(['→ CONFIRM', '→ STOP hangup', '← HANGUP hangup', '← ENDED stopped'])
    expect(race.sessions()).toEqual({ caller: 'hangup/local', callee: 'hangup/local' })
  })

  it('3.2.4: a confirm that comes again while the hang-up is unanswered is left alone, and answered later', () => {
    const race = new Race().onCall().bob('hangs up').toBob(CONFIRM)

    expect(race.said).toEqual(['← HANGUP hangup'])

    race.heard().fromHere().toBob(CONFIRM).heard()

    expect(race.said).toEqual(['← ENDED hangup'])
    expect(race.sessions()).toEqual({ caller: 'hangup/remote', callee: 'hangup/local' })
  })

  it('answers a hang-up that comes again, each time', () => {
    const race = new Race().onCall().bob('hangs up').heard().fromHere().toAlice(HANGUP).heard()

    expect(race.said).toEqual(['→ CONFIRM', '→ STOP hangup', '← ENDED hangup', '← ENDED stopped'])
    expect(race.sessions()).toEqual({ caller: 'hangup/remote', callee: 'hangup/local' })
  })
})

describe('appendices A and C: cancels before the callee has answered', () => {
  it('ends it on both sides before it was delivered', () => {
    const race = new Race().alice('sends', 'cancels').heard()

    expect(race.said).toEqual(['→ INVITE', '→ STOP canceled', '← ENDED stopped'])
    expect(race.ends()).toEqual({ caller: 'canceled/canceled/local', callee: 'canceled/canceled/remote' })
  })

  it('ends it while the policy decides, and what that decides comes too late', () => {
    const race = new Race().alice('sends').heard().alice('cancels').heard().fromHere().bob('admits').heard()

    expect(race.said).toEqual([])
    expect(race.ends()).toEqual({ caller: 'canceled/canceled/local', callee: 'canceled/canceled/remote' })
  })

  it('crosses what says that it rings', () => {
    const race = new Race().alice('sends').bobHears('invite').bob('admits').alice('cancels').heard()

    expect(race.said).toEqual(['→ INVITE', '← DELIVERED', '← RINGING', '→ STOP canceled', '← ENDED stopped'])
    expect(race.ends()).toEqual({ caller: 'canceled/canceled/local', callee: 'canceled/canceled/remote' })
  })

  it('crosses a refusal: each has ended it by itself, and both stay with that', () => {
    const race = new Race().ringing().alice('cancels').bob('refuses').heard()

    expect(race.said).toEqual(['→ STOP canceled', '← REFUSE declined', '← ENDED stopped'])
    expect(race.ends()).toEqual({ caller: 'canceled/canceled/local', callee: 'refused/declined/local' })
  })

  it('crosses a policy that is busy', () => {
    const race = new Race().alice('sends').bobHears('invite').bob('is busy').alice('cancels').heard()

    expect(race.ends()).toEqual({ caller: 'canceled/canceled/local', callee: 'refused/busy/system' })
  })

  it('comes too late where the refusal was heard', () => {
    const race = new Race().ringing().bob('refuses').aliceHears('refuse').alice('cancels').heard()

    expect(race.said).toEqual(['← REFUSE declined', '→ STOP refused', '← ENDED stopped'])
    expect(race.ends()).toEqual({ caller: 'refused/declined/remote', callee: 'refused/declined/local' })
  })

  it('lets a refusal stand that crosses the end of the time', () => {
    const race = new Race().ringing().runsOut('alice', 'ring').bob('refuses').heard()

    expect(race.ends()).toEqual({ caller: 'expired/timeout/system', callee: 'refused/declined/local' })
  })
})

describe('appendix D: words that come again when all is over', () => {
  it('answers an INVITE after a cancel, and does not ring', () => {
    const race = new Race().ringing().alice('cancels').heard().fromHere().toBob(INVITE).heard()

    expect(race.said).toEqual(['← ENDED stopped'])
    expect(race.asked('bob')).toEqual(['a1'])
    expect(race.ends()).toEqual({ caller: 'canceled/canceled/local', callee: 'canceled/canceled/remote' })
  })

  it('answers an INVITE after a refusal with the refusal', () => {
    const race = new Race().ringing().bob('refuses').heard().fromHere().toBob(INVITE).heard()

    expect(race.said).toEqual(['← REFUSE declined', '→ STOP refused', '← ENDED stopped'])
    expect(race.asked('bob')).toEqual(['a1'])
    expect(race.ends()).toEqual({ caller: 'refused/declined/remote', callee: 'refused/declined/local' })
  })

  it('answers an INVITE after a call, and does not ring', () => {
    const race = new Race().onCall().alice('hangs up').heard().fromHere().toBob(INVITE).heard()

    expect(race.said).toEqual(['← ENDED hangup'])
    expect(race.asked('bob')).toEqual(['a1'])
    expect(race.sessions()).toEqual({ caller: 'hangup/local', callee: 'hangup/remote' })
  })

  it('answers an INVITE in the middle of a call with the accept, and the call goes on', () => {
    const race = new Race().onCall().toBob(INVITE).heard()

    expect(race.said).toEqual(['← ACCEPT', '→ CONFIRM'])
    expect(race.sessions()).toEqual({ caller: 'open', callee: 'open' })
  })

  it('answers an ACCEPT after the caller has hung up with what had happened', () => {
    const race = new Race().onCall().alice('hangs up').heard().fromHere().toAlice(ACCEPT).heard()

    expect(race.said).toEqual(['→ CONFIRM', '→ STOP hangup', '← ENDED hangup', '← ENDED stopped'])
    expect(race.sessions()).toEqual({ caller: 'hangup/local', callee: 'hangup/remote' })
  })

  it('answers a REFUSE that comes again', () => {
    const race = new Race().ringing().bob('refuses').heard().fromHere().toAlice(REFUSE).heard()

    expect(race.said).toEqual(['→ STOP refused', '← ENDED stopped'])
    expect(race.ends()).toEqual({ caller: 'refused/declined/remote', callee: 'refused/declined/local' })
  })

  it('answers a CONFIRM that was never asked for', () => {
    const race = new Race().ringing().toBob(CONFIRM).heard()

    expect(race.said).toEqual(['← ENDED unknown', '→ STOP timeout', '← ENDED stopped'])
    expect(race.ends()).toEqual({ caller: 'failed/protocol-error/remote', callee: 'failed/protocol-error/remote' })
  })
})
