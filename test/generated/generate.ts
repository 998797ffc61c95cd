/** Makes the code that reads and writes what is described in `.proto` files: `npm run generate`. */
import { FOLDERS, writeCode } from './generated-code.ts'

for (const [description, folder] of Object.entries(FOLDERS)) {
  console.log(await writeCode(description, folder))
}
