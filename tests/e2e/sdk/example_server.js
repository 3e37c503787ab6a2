// The example server with its demo issuer.

import { Program, answer, built, post } from './program.js'

const BINARY = process.env.EXAMPLE_SERVER ?? built('examples/server')

/** With the demo issuer. */
const DEMO = [
  '--demo-listen',
  '127.0.0.1:0',
  // A rotated key is to be fetched for the first token that it signed: nobody wants to wait 30 s here.
  '--refetch-cooldown',
  '0'
]

export class ExampleServer extends Program {
  static start(settings = DEMO) {
    return this.run(BINARY, settings)
  }

  /** What the backend says to a token in the body, as a game's client sends it. */
  verifyWallet(token) {
    return post(`${this.url}/api/verify-wallet`, { sequenceToken: token })
  }

  /** What the backend says to a bearer token. */
  me(token) {
    return answer(fetch(`${this.url}/me`, { headers: { authorization: `Bearer ${token}` } }))
  }

  /** Works one of the demo issuer's switches. */
  demo(path, request = {}) {
    return post(`${this.issuer}/demo/${path}`, request)
  }

  /** Calls the issuer's RPC without the SDK. */
  sendIntent(name, data) {
    return post(`${this.issuer}/rpc/WaasAuthenticator/SendIntent`, { intent: { name, data } })
  }
}
