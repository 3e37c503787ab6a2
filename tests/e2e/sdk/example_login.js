// The login example with its demo issuer, and a browser that keeps its cookies.

import { Program, answer, built, post } from './program.js'

const BINARY = process.env.EXAMPLE_LOGIN ?? built('login')

export class ExampleLogin extends Program {
  static start(settings = []) {
    return this.run(BINARY, ['--demo-listen', '127.0.0.1:0', ...settings])
  }

  browser() {
    return new Browser(this.url)
  }
}

class Browser {
  #cookies = new Map()

  constructor(url) {
    this.url = url
  }

  async nonce() {
    const { body } = await this.#keepCookies(answer(fetch(`${this.url}/nonce`, { headers: this.#headers() })))
    return body.nonce
  }

  logIn(token) {
    return this.#keepCookies(post(`${this.url}/login`, { sequenceToken: token }, this.#headers()))
  }

  account() {
    return answer(fetch(`${this.url}/account`, { headers: this.#headers() }))
  }

  #headers() {
    return { cookie: [...this.#cookies].map(pair => pair.join('=')).join('; ') }
  }

  async #keepCookies(request) {
    const { headers, ...rest } = await request
    for (const cookie of headers.getSetCookie()) {
      const [, name, value] = cookie.match(/^([^=]+)=([^;]*)/)
      if (cookie.includes('Max-Age=0')) this.#cookies.delete(name)
      else this.#cookies.set(name, value)
    }
    return { headers, ...rest }
  }
}
