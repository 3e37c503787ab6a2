// The example server with its demo issuer, on free ports of loopback.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const BINARY =
  process.env.EXAMPLE_SERVER ?? fileURLToPath(new URL('../../target/debug/examples/server', import.meta.url))

/** With the demo issuer. */
const DEMO = [
  '--demo-listen',
  '127.0.0.1:0',
  // A rotated key is to be fetched for the first token that it signed: nobody wants to wait 30 s here.
  '--refetch-cooldown',
  '0'
]

export class ExampleServer {
  #process

  constructor(process, url, issuer) {
    this.#process = process
    this.url = url
    this.issuer = issuer
  }

  static async start(settings = DEMO) {
    const options = ['--listen', '127.0.0.1:0', ...settings]
    // Settings of the surroundings are not to change what is tested.
    const server = spawn(BINARY, options, { env: {}, stdio: ['ignore', 'pipe', 'inherit'] })
    await once(server, 'spawn')
    process.once('exit', () => server.kill())
    const addresses = await addressesFrom(server)
    return new ExampleServer(server, addresses.server, addresses.issuer)
  }

  async stop() {
    const ended = once(this.#process, 'exit')
    this.#process.kill('SIGTERM')
    const [code] = await ended
    return code
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

/** The issuer's line comes last. Without the demo issuer, there is another one in its place. */
async function addressesFrom(server) {
  const addresses = {}
  for await (const line of createInterface({ input: server.stdout })) {
    const [, name, url] = line.match(/^(Server|Demo issuer|Its keys): (\S+)/) ?? []
    if (name === 'Server') addresses.server = url
    if (name === 'Demo issuer') addresses.issuer = url
    if (name && name !== 'Server') return addresses
  }
  throw new Error('the example server ended before it said where it listens')
}

function post(url, body) {
  const headers = { 'content-type': 'application/json' }
  return answer(fetch(url, { method: 'POST', headers, body: JSON.stringify(body) }))
}

async function answer(request) {
  const response = await request
  return { status: response.status, headers: response.headers, body: await response.json() }
}
