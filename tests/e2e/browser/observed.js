// A proxy before a program, which says what was asked and how it was answered: the browser does not show what it keeps
// from a page.

import { EventEmitter, once } from 'node:events'
import { createServer, request } from 'node:http'

export class Observed {
  #server
  #answers = new EventEmitter()
  #gathering

  constructor(server) {
    this.#server = server
    this.url = `http://127.0.0.1:${server.address().port}`
  }

  /** `Host` stays as the browser sent it. */
  static async before(program) {
    const server = createServer((asked, answer) => {
      const { method, url, headers } = asked
      const path = url.split('?')[0]
      const onward = request(new URL(url, program.url), { method, headers }, answered => {
        observed.#send(path, () => {
          answer.writeHead(answered.statusCode, answered.rawHeaders)
          answered.pipe(answer)
          observed.#answers.emit(path, { status: answered.statusCode, site: headers['sec-fetch-site'] })
        })
      })
      asked.pipe(onward)
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const observed = new Observed(server)
    return observed
  }

  /** The status of the next answer for a path, and what the browser says of who asked. */
  async answerFor(path) {
    const [answer] = await once(this.#answers, path, { signal: AbortSignal.timeout(20_000) })
    return answer
  }

  /** Keeps the next answers for a path back until there are so many. */
  gather(path, count) {
    this.#gathering = { path, count, held: [] }
  }

  #send(path, answer) {
    if (path !== this.#gathering?.path) return answer()
    const { held, count } = this.#gathering
    if (held.push(answer) < count) return
    this.#gathering = undefined
    held.forEach(answer => answer())
  }

  stop() {
    this.#server.close()
    this.#server.closeAllConnections()
  }
}
