// The page when the server trusts somebody else than its demo issuer.

import assert from 'node:assert/strict'
import { test } from 'node:test'

import { ExampleServer } from '../sdk/example_server.js'
import { browser, limits, server as demo } from './stage.js'
import { Visit } from './visit.js'

/** A server that takes the demo issuer of another one for a real issuer. */
async function visitServer(t, ...options) {
  const server = await ExampleServer.start(['--project-id', '13639', '--issuer', demo.issuer, ...options])
  server.issuer = demo.issuer
  const visit = await Visit.begin(t, browser, server)
  // After the visit, which asks for its health until its end.
  t.after(() => server.stop())
  return visit
}

test('without an access key the page says what to pass, and judges what is pasted', limits, async t => {
  const visit = await visitServer(t)
  await visit.page.getByText("start the server with your project's access key: --access-key KEY").waitFor()
  assert.ok(await visit.button('Sign in as a guest').isHidden())
  assert.ok(await visit.button('Get an ID token').isHidden())
  assert.ok(await visit.page.getByText('Not for production').first().isHidden())
  await visit.page.getByText(`This server accepts Embedded Wallet tokens of project 13639 from ${demo.issuer}`).waitFor()
  await visit.picture('no-access-key')
  const { body } = await demo.demo('token', { email: 'ann@example.com' })
  await visit.paste(body.idToken)
  assert.match(await visit.verify(), /^Accepted/)
})

test('a real issuer’s answers have to be signed', limits, async t => {
  const visit = await visitServer(t, '--access-key', 'key')
  visit.expect(/Content-Digest header not set|Signature verification failed/)
  await visit.button('Sign in as a guest').click()
  await visit.page.getByRole('alert').getByText('Signature verification failed').waitFor()
  assert.ok(await visit.page.locator('#signed-in').isHidden())
})
