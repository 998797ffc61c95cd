/** Two change one state, also at the same moment, and have the same in the end. */
import { createPeer } from 'libp2p-invitation/peer'
import { elementOf } from '../page/element.ts'
import { relayAddresses } from '../page/relay-address.ts'
import { Lobby } from '../lobby/lobby.ts'
import type { Session } from 'libp2p-invitation'

type Role = Session['role']

/** The state: whose each field is. */
const owners: Array<Role | undefined> = []

const board = elementOf('board', HTMLFieldSetElement)
const fields = Array.from({ length: 16 }, () => board.appendChild(document.createElement('button')))
let pressed: (field: number) => void = () => {}

board.addEventListener('click', ({ target }) => { pressed(fields.findIndex(field => field === target)) })

const peer = await createPeer({ relays: await relayAddresses(), rooms: ['state in step'], invitation: { policy: { busy: 'refuse' } } })
const { invitation } = peer.services
const lobby = new Lobby(peer)

lobby.showPeople('Play with', async who => lobby.answerTo(await invitation.invite(who)))
invitation.addEventListener('invitation:received', async ({ detail }) => lobby.ask(detail, 'wants to play with you', async () => detail.accept()))
// whichever of the two invited the other
invitation.addEventListener('session:opened', ({ detail }) => { void play(detail) })

/** All that can be done to it: a field is taken, or given back. What comes of it depends on the order. */
function press (field: number, by: Role): void {
  if (field in fields) {
    owners[field] = owners[field] === by ? undefined : by
  }
}

/**
 * The caller orders, as it decides about the invitation itself: what it does, and what it hears that the callee wants, is done there
 * at once, and said. The callee does what it hears, in the order in which that was said; what it wants itself comes back so.
 */
async function play (session: Session): Promise<void> {
  const { role } = session
  // while the two cannot reach each other, what is said waits; if that becomes too much, it ends
  const say = (words: string): void => { session.send(words).catch(async () => session.end()).catch(() => {}) }
  const order = (field: number, by: Role): void => {
    press(field, by)
    show(role)
    say(`${field} ${by}`)
  }

  pressed = role === 'caller' ? field => { order(field, role) } : field => { say(String(field)) }
  owners.length = 0
  show(role)
  board.disabled = false
  void lobby.follow(session, 'plays with you')

  for await (const { data } of session) {
    const [field, by] = String(data).split(' ')

    if (role === 'caller') {
      order(Number(field), 'callee')
    } else {
      press(Number(field), by === 'caller' ? 'caller' : 'callee')
      show(role)
    }
  }

  board.disabled = true
}

function show (role: Role): void {
  for (const [field, button] of fields.entries()) {
    const owner = owners[field]

    button.className = owner == null ? 'free' : owner === role ? 'yours' : 'theirs'
    button.textContent = `${field + 1} ${button.className}`
  }
}
