// The levers of the demo issuer: what a person sees when the key changes or cannot be had.

import assert from 'node:assert/strict'
import { beforeEach, test } from 'node:test'

import { browser, limits, server } from './stage.js'
import { Visit } from './visit.js'

const ANN = 'ann@example.com'

beforeEach(() => server.demo('fail', { mode: 'none' }))

async function signedIn(t) {
  const visit = await Visit.begin(t, browser, server)
  await visit.signInByEmail(ANN)
  await visit.getToken()
  return visit
}

const state = visit => visit.page.locator('#demo-state')

test('the page says loudly that the demo issuer is not for production', limits, async t => {
  const visit = await Visit.begin(t, browser, server)
  await visit.page.getByText('Not for production: this server trusts a demo issuer').waitFor()
  await visit.page.getByText('Only the demo issuer has these. Not for production.').waitFor()
})

test('after a rotation a fresh token is accepted, and the old one no more', limits, async t => {
  const visit = await signedIn(t)
  assert.match(await visit.verify(), /^Accepted/)
  const old = await visit.value('Header', 'kid').innerText()
  await visit.button('Rotate the key').click()
  await state(visit).getByText('The issuer has a new key').waitFor()
  await visit.picture('rotated')
  await visit.getToken()
  const fresh = await visit.value('Header', 'kid').innerText()
  assert.notEqual(fresh, old)
  assert.match(await visit.verify(), /^Accepted/)
  await visit.page.locator('#health').getByText(fresh).waitFor()
  const { body } = await server.demo('token', { email: ANN })
  await visit.button('Rotate the key').click()
  await state(visit).getByText(fresh).waitFor({ state: 'hidden' })
  await visit.getToken()
  assert.match(await visit.verify(), /^Accepted/)
  await visit.paste(body.idToken)
  assert.match(await visit.verify(), /names a key that the backend does not have/)
})

test('a key that changes under its id is found by its signature', limits, async t => {
  const visit = await signedIn(t)
  const kid = await visit.value('Header', 'kid').innerText()
  await visit.page.getByLabel("Keep the key's id").check()
  await visit.button('Rotate the key').click()
  await state(visit).getByText(`a new key under the same id: ${kid}`).waitFor()
  await visit.getToken()
  assert.match(await visit.verify(), /The signature does not fit/)
  await accepted(visit)
})

test('while the issuer is down the keys at hand serve on, and new ones wait', limits, async t => {
  const visit = await signedIn(t)
  await visit.page.getByLabel('What the issuer answers').selectOption('unavailable')
  await visit.button('Set').click()
  await state(visit).getByText('500: its key service is down').waitFor()
  assert.match(await visit.verify(), /^Accepted/)
  await visit.button('Rotate the key').click()
  await state(visit).getByText('The issuer has a new key').waitFor()
  await visit.getToken()
  const verdict = await visit.verify()
  assert.match(verdict, /^Not judged\s+503 temporarily_unavailable/)
  assert.match(verdict, /The backend asks to wait \d+ seconds? \(Retry-After\)\./)
  const health = visit.page.locator('#health')
  await health.getByText('stale: the last fetch failed').waitFor()
  await health.getByText(/failed \(\d+ in a row\)/).waitFor()
  await visit.picture('outage')
  await visit.page.getByLabel('What the issuer answers').selectOption('none')
  await visit.button('Set').click()
  await state(visit).getByText('Its keys, as it should').waitFor()
  await accepted(visit)
})

test('every way of failing has its words', limits, async t => {
  const visit = await Visit.begin(t, browser, server)
  const options = await visit.page.getByLabel('What the issuer answers').locator('option').all()
  assert.ok(options.length > 1)
  for (const option of options) {
    assert.notEqual(await option.innerText(), await option.getAttribute('value'))
  }
})

/** The backend fetches the new keys in its own time. */
async function accepted(visit) {
  while (!(await visit.verify()).startsWith('Accepted')) {
    await visit.page.locator('#health .badge').first().waitFor()
  }
}
