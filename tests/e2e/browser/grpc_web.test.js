// Clients of gRPC-Web on a page of another origin: each reads a refusal as its status, though CORS exposes no header.
//
//     cargo build -p grpc-site

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'

import { build } from 'esbuild'

import { Program, built } from '../sdk/program.js'
import { launch } from './visit.js'

const limits = { timeout: 60_000 }

/** What each client of the file is called. tonic-web speaks no JSON: that one only reads refusals. */
const JSON_CLIENT = 'connect-web in JSON'
const CLIENTS = [
  'connect-web',
  JSON_CLIENT,
  'grpc-web',
  'grpc-web in text',
  'improbable-eng/grpc-web',
  'improbable-eng/grpc-web over XMLHttpRequest'
]
const METHODS = ['Check', 'Watch']

let site, browser, page
before(
  async () => {
    site = await Program.run(process.env.GRPC_SITE ?? built('grpc-site'), [])
    browser = await launch()
    page = await browser.newPage()
    await page.goto(site.url.replace('127.0.0.1', 'localhost'))
    await page.addScriptTag({ content: await bundle() })
  },
  { timeout: 30_000 }
)
after(async () => {
  await browser?.close()
  await site?.stop()
})

async function bundle() {
  const entry = fileURLToPath(new URL('grpc_web_clients.js', import.meta.url))
  const settings = { bundle: true, write: false, format: 'iife', globalName: 'grpcWeb', logLevel: 'warning' }
  const { outputFiles } = await build({ entryPoints: [entry], ...settings })
  return outputFiles[0].text
}

/** Makes a call on the page; `path` says behind which layers. */
function call(client, path, method, authorization) {
  const script = ([client, host, method, metadata]) => grpcWeb.clients[client](host, method, metadata)
  const metadata = authorization === undefined ? {} : { authorization }
  return page.evaluate(script, [client, site.url + path, method, metadata])
}

async function bearer() {
  return `Bearer ${await (await fetch(`${site.url}/token`)).text()}`
}

/** Requests of each class that is refused, and the status that says so. */
const refused = [
  ['without a token', 'players', async () => undefined, 16, /^no ID token was sent/],
  ['with a token that is none', 'players', async () => 'Bearer x', 16, /^the token is not three parts/],
  ['with malformed credentials', 'players', async () => 'Bearer', 3, /^the Authorization header holds no/],
  ['that is forbidden', 'nobody', bearer, 7, /^the token is valid, but does not give access/],
  ['while there are no keys', 'down', bearer, 14, /^the keys to verify tokens are not available/]
]

for (const client of CLIENTS) {
  for (const [name, layer, authorization, code, message] of refused) {
    test(`${client} reads the status of a call ${name}`, limits, async () => {
      for (const method of METHODS) {
        const { messages, ends } = await call(client, `/outside/${layer}`, method, await authorization())
        assert.equal(messages, 0)
        // Once: a status in the headers besides would be a second end to some.
        assert.equal(ends.length, 1, JSON.stringify(ends))
        assert.equal(ends[0][0], code)
        assert.match(ends[0][1], message)
      }
    })
  }
}

for (const client of CLIENTS.filter(client => client !== JSON_CLIENT)) {
  test(`${client} calls with a token`, limits, async () => {
    for (const placement of ['outside', 'exposed']) {
      const path = `/${placement}/players`
      assert.deepEqual(await call(client, path, 'Check', await bearer()), { messages: 1, ends: [] })
    }
  })

  test(`${client} reads a status in the headers, behind tonic-web, only if CORS exposes it`, limits, async () => {
    for (const method of METHODS) {
      const codes = async placement => {
        const { ends } = await call(client, `/${placement}/players`, method)
        return ends.map(([code]) => code)
      }
      assert.deepEqual(await codes('exposed'), [16])
      // grpc-web takes a refused stream for one that is over.
      const isSilent = client.startsWith('grpc-web') && method === 'Watch'
      assert.deepEqual(await codes('hidden'), isSilent ? [] : [2])
    }
  })
}

for (const client of ['connect-web', 'grpc-web in text', 'improbable-eng/grpc-web']) {
  test(`${client} gets the messages of a stream with a token`, limits, async () => {
    const { messages } = await call(client, '/outside/players', 'Watch', await bearer())
    assert.equal(messages, 1)
  })
}
