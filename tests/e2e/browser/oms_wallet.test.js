// Tokens of OMS Wallet: beside those of Embedded Wallet, and alone.

import assert from 'node:assert/strict'
import { test } from 'node:test'

import { ExampleServer } from '../sdk/example_server.js'
import { browser, limits, server as demo } from './stage.js'
import { Visit } from './visit.js'

const ANN = 'ann@example.com'

const visitIn = t => Visit.begin(t, browser, demo)
const oms = () => `${demo.issuer}/oms`

/** A server that takes the demo's OMS Wallet for a real one. */
async function visitTrustingOms(t, ...options) {
  const settings = ['--oms-project-id', 'prj_demo', '--oms-token-issuer', oms(), ...options]
  const server = await ExampleServer.start(settings)
  server.issuer = demo.issuer
  const visit = await Visit.begin(t, browser, server)
  // After the visit, which asks for its health until its end.
  t.after(() => server.stop())
  return visit
}

const judgedBy = (kind, issuer) => new RegExp(`Judged by the keys and rules of\\s+${kind},\\s+${issuer}(\\s|$)`)

test('a token of OMS Wallet is accepted by its issuer, and one of Embedded Wallet by the other', limits, async t => {
  const visit = await visitIn(t)
  await visit.getOmsToken(ANN)
  const verdict = await visit.verify()
  assert.match(verdict, /^Accepted\s+200.*and the email ann@example\.com/s)
  assert.match(verdict, judgedBy('OMS Wallet', oms()))
  assert.deepEqual(await visit.checks(), Array(6).fill('passed'))
  assert.match(
    await visit.part('What happened').innerText(),
    /The demo issuer signed an ID token of OMS Wallet for ann@example\.com/
  )
  assert.match(await visit.part('The HTTP exchange').innerText(), /{"idToken":"eyJ/)
  assert.equal(await visit.value('What the backend verified', 'iat').innerText(), 'null')
  await visit.picture('oms-accepted')
  await visit.signInByEmail(ANN)
  await visit.getToken()
  assert.match(await visit.verify(), judgedBy('Embedded Wallet', demo.issuer))
  assert.match(await visit.part('The HTTP exchange').innerText(), /{"sequenceToken":"eyJ/)
})

test('the issuer is among the claims that the backend verified', limits, async t => {
  const visit = await visitIn(t)
  await visit.getOmsToken(ANN)
  await visit.carry('As a bearer token')
  assert.match(await visit.verify(), judgedBy('OMS Wallet', oms()))
  const claim = name => visit.value('What the backend verified', name).innerText()
  assert.equal(await claim('issuer'), oms())
  assert.equal(await claim('project_id'), 'prj_demo')
  assert.match(await claim('wallet_id'), /^wal_/)
})

test('a token of OMS Wallet that is tampered with is refused by its issuer', limits, async t => {
  const visit = await visitIn(t)
  await visit.getOmsToken(ANN)
  for (const how of ['claims', 'signature', 'key']) {
    await visit.tamper(how)
    const verdict = await visit.verify()
    assert.match(verdict, /^Refused\s+401 invalid_token/)
    assert.match(verdict, judgedBy('OMS Wallet', oms()))
  }
  await visit.picture('oms-refused')
  await visit.tamper('algorithm')
  const verdict = await visit.verify()
  assert.match(verdict, /a way of signing that this backend does not accept/)
  assert.doesNotMatch(verdict, /Judged by/)
})

for (const [request, reason] of [
  [{ walletType: 'solana' }, /a wallet of another kind than Ethereum/],
  [{ wallet: 'nobody' }, /which address the wallet has/],
  [{ ttlSeconds: 100_000 }, /valid for longer than this backend accepts/],
  [{ projectId: 'prj_other' }, /for another project/]
]) {
  test(`what OMS Wallet’s tokens have to be is told in words: ${Object.keys(request)}`, limits, async t => {
    const visit = await visitIn(t)
    const { body } = await demo.demo('oms-token', { email: ANN, ...request })
    await visit.paste(body.idToken)
    const verdict = await visit.verify()
    assert.match(verdict, reason)
    assert.match(verdict, judgedBy('OMS Wallet', oms()))
  })
}

test('the levers are those of the issuer that was chosen, and the other one goes on', limits, async t => {
  const visit = await visitIn(t)
  const embedded = await visit.issuerKeys(demo.issuer)
  const before = await visit.issuerKeys(oms())
  await visit.page.getByLabel('The issuer to work on').selectOption('OMS Wallet')
  await visit.button('Rotate the key').click()
  await visit.page.getByText('The issuer has a new key').waitFor()
  await visit.getOmsToken(ANN)
  assert.match(await visit.verify(), /^Accepted/)
  const fresh = await visit.value('Header', 'kid').innerText()
  await visit.page.locator('#health').getByText(fresh).waitFor()
  assert.notEqual(fresh, before)
  assert.equal(await visit.issuerKeys(oms()), fresh)
  assert.equal(await visit.issuerKeys(demo.issuer), embedded)
  await visit.picture('oms-rotated')
  await visit.page.getByLabel('The issuer to work on').selectOption('Embedded Wallet')
  await visit.page.getByText('The issuer has a new key').waitFor({ state: 'hidden' })
})

test('a server that trusts OMS Wallet alone says so, and takes no other tokens', limits, async t => {
  const visit = await visitTrustingOms(t)
  await visit.page.getByText('accepts tokens of OMS Wallet alone').waitFor()
  await visit.page.getByText(`accepts OMS Wallet tokens of project prj_demo from ${oms()}`).waitFor()
  for (const name of ['Sign in as a guest', 'Get an ID token', 'Get an OMS Wallet token']) {
    assert.ok(await visit.button(name).isHidden(), name)
  }
  await visit.picture('oms-alone')
  const own = await demo.demo('oms-token', { email: ANN })
  await visit.paste(own.body.idToken)
  assert.match(await visit.verify(), judgedBy('OMS Wallet', oms()))
  const other = await demo.demo('token', { email: ANN })
  await visit.paste(other.body.idToken)
  const verdict = await visit.verify()
  assert.match(verdict, /^Refused\s+401 invalid_token.*a way of signing that this backend does not accept/s)
  assert.match(verdict, /let the backend trust its issuer, too/)
})

test('a server that trusts both names both', limits, async t => {
  const visit = await visitTrustingOms(t, '--project-id', '13639', '--issuer', demo.issuer)
  for (const trusted of [
    `accepts Embedded Wallet tokens of project 13639 from ${demo.issuer}`,
    `accepts OMS Wallet tokens of project prj_demo from ${oms()}`
  ]) {
    await visit.page.getByText(trusted).waitFor()
  }
  for (const path of ['token', 'oms-token']) {
    const { body } = await demo.demo(path, { email: ANN })
    await visit.paste(body.idToken)
    assert.match(await visit.verify(), /^Accepted/)
  }
})
