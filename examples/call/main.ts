/** Two people call each other: the page. Where to begin reading: `room.ts`. */
import { elementOf } from '../page/element.ts'
import { Room } from './room.ts'
import { StartScreen } from './start-screen.ts'

let room: Room | undefined

const startScreen = new StartScreen(async entry => { room = await Room.enter(entry) })

elementOf('leave', HTMLButtonElement).addEventListener('click', () => { void leave() })
startScreen.show()

async function leave (): Promise<void> {
  await room?.leave()
  room = undefined
  startScreen.show()
}
