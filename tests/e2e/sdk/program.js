// An example's program with its demo issuer, on free ports of loopback.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

export const built = path => fileURLToPath(new URL(`../../../target/debug/${path}`, import.meta.url))

export class Program {
  #process

  constructor(process, url, issuer) {
    this.#process = process
    this.url = url
    this.issuer = issuer
  }

  static async run(binary, settings) {
    const options = ['--listen', '127.0.0.1:0', ...settings]
    // Settings of the surroundings are not to change what is tested.
    const program = spawn(binary, options, { env: {}, stdio: ['ignore', 'pipe', 'inherit'] })
    await once(program, 'spawn')
    process.once('exit', () => program.kill())
    const addresses = await addressesFrom(program)
    return new this(program, addresses.server, addresses.issuer)
  }

  async stop() {
    const ended = once(this.#process, 'exit')
    this.#process.kill('SIGTERM')
    const [code] = await ended
    return code
  }
}

/** The issuer's line comes last. Without the demo issuer, there is another one in its place. */
async function addressesFrom(program) {
  const addresses = {}
  for await (const line of createInterface({ input: program.stdout })) {
    const [, name, url] = line.match(/^(Server|Demo issuer|Its keys): (\S+)/) ?? []
    if (name === 'Server') addresses.server = url
    if (name === 'Demo issuer') addresses.issuer = url
    if (name && name !== 'Server') return addresses
  }
  throw new Error('the program ended before it said where it listens')
}

export function post(url, body, moreHeaders = {}) {
  const headers = { 'content-type': 'application/json', ...moreHeaders }
  return answer(fetch(url, { method: 'POST', headers, body: JSON.stringify(body) }))
}

export async function answer(request) {
  const response = await request
  return { status: response.status, headers: response.headers, body: await response.json() }
}
