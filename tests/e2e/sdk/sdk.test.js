// The official SDK, @0xsequence/waas, against the example server with its demo issuer.
//
//     cargo build --example server
//     cd tests/e2e/sdk
//     npm ci
//     npm test
//
// It needs Node 18 or later, and no network but loopback. EXAMPLE_SERVER names another binary than
// target/debug/examples/server.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'

import { ExampleServer } from './example_server.js'
import { PROJECT_ID, idToken, signIn } from './player.js'

const ANN = { email: 'ann@example.com' }
const GUEST = { guest: true }

let server
before(async () => { server = await ExampleServer.start() }, { timeout: 10_000 })
after(async () => assert.equal(await server.stop(), 0), { timeout: 10_000 })

const limits = { timeout: 30_000 }

test('the token of a player with an email is accepted in the body', limits, async () => {
  const ann = await signIn(server, ANN)
  assert.equal(ann.email, ANN.email)
  const { status, body } = await server.verifyWallet(await idToken(ann))
  assert.equal(status, 200)
  assert.equal(body.message, 'Wallet verified successfully')
  assert.equal(body.wallet.walletAddress, ann.wallet)
  assert.equal(body.wallet.email, ANN.email)
  assert.equal(body.wallet.exp - body.wallet.iat, 600)
})

test('the token is accepted in the bearer header, and its claims are told', limits, async () => {
  const began = Math.floor(Date.now() / 1000)
  const ann = await signIn(server, ANN)
  const { status, body } = await server.me(await idToken(ann))
  assert.equal(status, 200)
  assert.equal(body.wallet, ann.wallet)
  assert.equal(body.email, ANN.email)
  assert.equal(body.project_id, String(PROJECT_ID))
  assert.equal(body.issuer, server.issuer)
  assert.equal(body.identity.type, 'Email')
  assert.equal(body.identity.sub, ANN.email)
  assert.ok(body.authenticated_at >= began && body.authenticated_at <= body.issued_at)
})

test('a player has the same wallet each time, and others have other ones', limits, async () => {
  const [first, again, ben] = [
    await signIn(server, ANN),
    await signIn(server, ANN),
    await signIn(server, { email: 'ben@example.com' })
  ]
  assert.equal(again.wallet, first.wallet)
  assert.notEqual(again.sessionId, first.sessionId)
  assert.notEqual(ben.wallet, first.wallet)
})

test("a guest's token is refused with the text that names the email", limits, async () => {
  const guest = await signIn(server, GUEST)
  assert.equal(guest.email, undefined)
  for (const { status, headers, body } of [
    await server.verifyWallet(await idToken(guest)),
    await server.me(await idToken(guest))
  ]) {
    assert.equal(status, 401)
    assert.equal(body.error, 'invalid_token')
    assert.match(body.error_description, /email/)
    assert.match(headers.get('www-authenticate'), /^Bearer realm="sequence", error="invalid_token"/)
  }
})

test('a token that was tampered with is refused', limits, async () => {
  const [header, payload, signature] = (await idToken(await signIn(server, ANN))).split('.')
  const decode = part => JSON.parse(Buffer.from(part, 'base64url'))
  const encode = part => Buffer.from(JSON.stringify(part)).toString('base64url')
  const bytes = Buffer.from(signature, 'base64url')
  bytes[100] ^= 1
  const tampered = {
    payload: [header, encode({ ...decode(payload), email: 'eve@example.com' }), signature],
    signature: [header, payload, bytes.toString('base64url')],
    'key id': [encode({ ...decode(header), kid: 'another' }), payload, signature],
    algorithm: [encode({ ...decode(header), alg: 'none' }), payload, signature]
  }
  for (const [part, token] of Object.entries(tampered)) {
    const { status, body } = await server.verifyWallet(token.join('.'))
    assert.equal(status, 401, part)
    assert.equal(body.error, 'invalid_token', part)
  }
  // What is not tampered with still passes.
  assert.equal((await server.verifyWallet([header, payload, signature].join('.'))).status, 200)
})

test('the nonce arrives in the claims, where one was asked for', limits, async () => {
  const ann = await signIn(server, ANN)
  for (const nonce of ['n-1', '<&>"é', 'n'.repeat(128)]) {
    const { body } = await server.me(await idToken(ann, { nonce }))
    assert.equal(body.nonce, nonce)
  }
  const { body } = await server.me(await idToken(ann))
  assert.ok(!('nonce' in body))
  await assert.rejects(idToken(ann, { nonce: 'n'.repeat(129) }), { cause: 'invalid nonce' })
})

test('after a rotation the next token passes, and the last one no more', limits, async () => {
  const ann = await signIn(server, ANN)
  const before = await idToken(ann)
  assert.equal((await server.me(before)).status, 200)
  assert.equal((await server.demo('rotate')).status, 200)
  const after = await idToken(ann)
  assert.equal((await server.me(after)).status, 200)
  assert.equal((await server.me(before)).status, 401)
})

test('while the issuer is down the old keys serve on, and the new one is used once it is back', limits, async t => {
  t.after(() => server.demo('fail', { mode: 'none' }))
  const ann = await signIn(server, ANN)
  const before = await idToken(ann)
  assert.equal((await server.me(before)).status, 200)
  assert.equal((await server.demo('fail', { mode: 'unavailable' })).body.mode, 'unavailable')
  assert.equal((await server.demo('rotate')).status, 200)
  const after = await idToken(ann)
  const { status, headers } = await server.me(after)
  assert.equal(status, 503)
  assert.match(headers.get('retry-after'), /^[1-9]/)
  assert.equal((await server.me(before)).status, 200)
  assert.equal((await server.demo('fail', { mode: 'none' })).body.mode, 'none')
  await eventually(async () => (await server.me(after)).status === 200, t.signal)
})

test('signing out ends the session', limits, async () => {
  const { sequence, sessionId, wallet } = await signIn(server, ANN)
  assert.equal((await server.sendIntent('getIdToken', { sessionId, wallet })).status, 200)
  await sequence.dropSession({ strict: true })
  assert.equal(await sequence.isSignedIn(), false)
  const { status, body } = await server.sendIntent('getIdToken', { sessionId, wallet })
  assert.equal(status, 400)
  assert.equal(body.cause, 'session invalid or not found')
})

test('the SDK has nothing to complain about', limits, async t => {
  const errors = t.mock.method(console, 'error', () => {})
  const { sequence } = await signIn(server, GUEST)
  await sequence.signIn(GUEST, 'again')
  await sequence.dropSession()
  assert.equal(errors.mock.callCount(), 0)
})

/** Asks again until the time of the test is up. */
async function eventually(isTrue, signal) {
  while (!(await isTrue())) await setTimeout(50, undefined, { signal })
}
