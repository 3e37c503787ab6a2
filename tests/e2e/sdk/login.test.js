// The official SDK logs in at the login example: a nonce, an ID token with it, a session.
//
//     cargo build -p login
//     cd tests/e2e/sdk
//     npm ci
//     npm test
//
// EXAMPLE_LOGIN names another binary than target/debug/login.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'

import { ExampleLogin } from './example_login.js'
import { idToken, signIn } from './player.js'

const ANN = { email: 'ann@example.com' }

let server
before(async () => { server = await ExampleLogin.start() }, { timeout: 10_000 })
after(async () => assert.equal(await server.stop(), 0), { timeout: 10_000 })

const limits = { timeout: 30_000 }

test('a player logs in with a token that has the nonce, and a replay of the token is refused', limits, async () => {
  const ann = await signIn(server, ANN)
  const browser = server.browser()
  assert.equal((await browser.account()).status, 401)
  const token = await idToken(ann, { nonce: await browser.nonce() })
  const player = { issuer: server.issuer, wallet: ann.wallet, email: ANN.email }
  for (const { status, body } of [await browser.logIn(token), await browser.account()]) {
    assert.equal(status, 200)
    assert.deepEqual(body, player)
  }
  const replay = await browser.logIn(token)
  assert.equal(replay.status, 401)
  assert.match(replay.body.error_description, /used before/)
})

test('each login takes a nonce of its own', limits, async () => {
  const ann = await signIn(server, ANN)
  const browser = server.browser()
  for (const nonce of [await browser.nonce(), await browser.nonce()]) {
    assert.equal((await browser.logIn(await idToken(ann, { nonce }))).status, 200)
  }
})

test('a token without a nonce, and one for another browser, are refused', limits, async () => {
  const ann = await signIn(server, ANN)
  const [browser, other] = [server.browser(), server.browser()]
  const nonce = await browser.nonce()
  await other.nonce()
  assert.equal((await browser.logIn(await idToken(ann))).status, 401)
  const token = await idToken(ann, { nonce })
  const refused = await other.logIn(token)
  assert.equal(refused.status, 401)
  assert.match(refused.body.error_description, /what the nonce is bound to, a cookie or header, is missing/)
  assert.equal((await browser.logIn(token)).status, 200)
})
