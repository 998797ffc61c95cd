/** Two draw on one board. All lines have one colour, so that it makes no difference whose was there first. */
import { createPeer } from 'libp2p-invitation/peer'
import { elementOf } from '../page/element.ts'
import { relayAddresses } from '../page/relay-address.ts'
import { Lobby } from '../lobby/lobby.ts'
import type { Session } from 'libp2p-invitation'

const ARROWS: Readonly<Record<string, { x: number, y: number }>> = {
  ArrowLeft: { x: -10, y: 0 }, ArrowRight: { x: 10, y: 0 }, ArrowUp: { x: 0, y: -10 }, ArrowDown: { x: 0, y: 10 }
}

const canvas = elementOf('board', HTMLCanvasElement)
const ink = canvas.getContext('2d')
let pen = { x: canvas.width / 2, y: canvas.height / 2 }
let session: Session | undefined

const peer = await createPeer({ relays: await relayAddresses(), rooms: ['whiteboard'], invitation: { policy: { busy: 'refuse' } } })
const { invitation } = peer.services
const lobby = new Lobby(peer)

lobby.showPeople('Draw with', async who => lobby.answerTo(await invitation.invite(who)))
invitation.addEventListener('invitation:received', async ({ detail }) => lobby.ask(detail, 'wants to draw with you', async () => detail.accept()))
// whichever of the two invited the other
invitation.addEventListener('session:opened', ({ detail }) => { void share(detail) })

if (ink != null) {
  ink.lineWidth = 3
  ink.lineCap = 'round'
}

canvas.addEventListener('pointerdown', event => { pen = placeOf(event) })
canvas.addEventListener('pointermove', event => { move(placeOf(event), event.buttons === 1 && event.isPrimary) })
// a dot, where it did not move at all
canvas.addEventListener('pointerup', event => { move({ x: pen.x + 1, y: pen.y }, event.isPrimary) })
canvas.addEventListener('keydown', event => {
  const arrow = ARROWS[event.key]

  if (arrow != null) {
    event.preventDefault()
    move({ x: pen.x + arrow.x, y: pen.y + arrow.y }, !event.shiftKey)
  }
})

/** What the other draws is drawn here, in the order in which it was drawn there, until one of the two ends it. */
async function share (opened: Session): Promise<void> {
  session = opened
  ink?.clearRect(0, 0, canvas.width, canvas.height)
  void lobby.follow(session, 'draws with you')

  for await (const { data } of session) {
    draw(String(data))
  }
}

function move (to: typeof pen, isDrawing: boolean): void {
  // as SVG has it
  const line = `M${pen.x} ${pen.y}L${to.x} ${to.y}`

  pen = to

  if (isDrawing && session?.isOpen === true) {
    draw(line)
    // while the two cannot reach each other lines wait; if they become too many, the boards would differ: then it ends
    session.send(line).catch(async () => session?.end()).catch(() => {})
  }
}

/** Of what is no line, nothing is drawn. */
function draw (line: string): void {
  ink?.stroke(new Path2D(line))
}

function placeOf ({ offsetX, offsetY }: PointerEvent): typeof pen {
  const scale = canvas.width / canvas.clientWidth

  return { x: Math.round(offsetX * scale), y: Math.round(offsetY * scale) }
}
