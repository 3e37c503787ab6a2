// The page of the example server, driven as a person would: sign in, get a token, have it verified.
//
//     cargo build --example server
//     cd tests/e2e/browser
//     npm ci
//     npm test
//
// It wants Node 18, Chromium (CHROMIUM names another one than /usr/bin/chromium) and no network but
// loopback. PICTURES names a directory for pictures of the page, to look at.

import assert from 'node:assert/strict'
import { test } from 'node:test'

import { browser, limits, server } from './stage.js'
import { Visit } from './visit.js'

const ANN = 'ann@example.com'

const visitIn = t => Visit.begin(t, browser, server)

test('a player who signs in by email is accepted, and sees how that came about', limits, async t => {
  const visit = await visitIn(t)
  await visit.picture('start')
  await visit.signInByEmail(ANN)
  await visit.getToken()
  const verdict = await visit.verify()
  assert.match(verdict, /^Accepted\s+200/)
  assert.match(verdict, /the wallet\s+0x[0-9a-fA-F]{40}\s+and the email ann@example\.com/)
  assert.deepEqual(await visit.checks(), Array(6).fill('passed'))
  const flow = await visit.part('What happened').innerText()
  assert.match(flow, /Signed in with Sequence by email as ann@example\.com/)
  assert.match(flow, /The issuer signed an ID token/)
  assert.match(flow, /The backend answered 200 after \d+ ms/)
  assert.equal(await visit.value('What the backend verified', 'email').innerText(), ANN)
  await visit.picture('accepted')
})

test('the exchange is shown as it was', limits, async t => {
  const visit = await visitIn(t)
  await visit.signInByEmail(ANN)
  await visit.getToken()
  await visit.verify()
  const [request, response] = await visit.part('The HTTP exchange').locator('pre').allInnerTexts()
  assert.match(
    request,
    /^POST \/api\/verify-wallet\nContent-Type: application\/json\n\n{"sequenceToken":"eyJ\S+"}$/
  )
  assert.match(response, /^200 OK\ncontent-type: application\/json\n\n{"message":"Wallet verified/)
  await visit.tamper('signature')
  await visit.verify()
  const [, refusal] = await visit.part('The HTTP exchange').locator('pre').allInnerTexts()
  assert.match(refusal, /^401 Unauthorized\n/)
  assert.match(refusal, /^www-authenticate: Bearer realm="sequence", error="invalid_token", /m)
})

test('the nonce that was asked for is in the claims that the backend verified', limits, async t => {
  const visit = await visitIn(t)
  await visit.signInByEmail(ANN)
  await visit.getToken('n-42')
  await visit.carry('As a bearer token')
  assert.match(await visit.verify(), /^Accepted/)
  assert.equal(await visit.value('What the backend verified', 'nonce').innerText(), 'n-42')
  assert.match(await visit.part('What happened').innerText(), /with the nonce n-42/)
  const expiry = await visit.value('What the backend verified', 'expires_at').innerText()
  assert.match(expiry, /^\d{10}\n.* \(in (9|10) minutes\)$/)
})

test('a nonce that is too long is refused before anybody is asked', limits, async t => {
  const visit = await visitIn(t)
  await visit.signInAsGuest()
  await visit.page.getByLabel('Nonce').fill('é'.repeat(65))
  await visit.button('Get an ID token').click()
  await visit.page.getByRole('alert').getByText('The nonce has 130 bytes; 128 is the most.').waitFor()
})

test('a guest is refused, with the reason and what helps', limits, async t => {
  const visit = await visitIn(t)
  await visit.signInAsGuest()
  await visit.getToken()
  const verdict = await visit.verify()
  assert.match(verdict, /^Refused\s+401 invalid_token/)
  assert.match(verdict, /Why\s+The token is genuine, but has no email: guests have none/)
  assert.match(verdict, /What helps\s+Sign in by email\./)
  assert.match(verdict, /the token has no email claim, and this service requires one/)
  assert.deepEqual(await visit.checks(), [...Array(5).fill('passed'), 'failed'])
  await visit.picture('guest')
})

for (const [how, check, reason] of [
  ['claims', 'signature', /The signature does not fit/],
  ['signature', 'signature', /The signature does not fit/],
  ['key', 'key', /names a key that the backend does not have/],
  ['algorithm', 'form', /a way of signing that this backend does not accept/]
]) {
  test(`a token that is tampered with is refused: ${how}`, limits, async t => {
    const visit = await visitIn(t)
    await visit.signInByEmail(ANN)
    await visit.getToken()
    await visit.tamper(how)
    const verdict = await visit.verify()
    assert.match(verdict, /^Refused\s+401 invalid_token/)
    assert.match(verdict, reason)
    const passed = ['request', 'form', 'key', 'signature'].indexOf(check)
    const expected = [...Array(passed).fill('passed'), 'failed', ...Array(5 - passed).fill('skipped')]
    assert.deepEqual(await visit.checks(), expected)
    await visit.tamper('none')
    assert.match(await visit.verify(), /^Accepted/)
  })
}

test('what the token says is shown as not verified, and as it will be sent', limits, async t => {
  const visit = await visitIn(t)
  await visit.signInByEmail(ANN)
  await visit.getToken()
  const contents = visit.page.getByRole('region', { name: 'What the token says (not verified)' })
  await contents.getByText('Anybody can write such a token.').waitFor()
  assert.equal(await visit.value('Header', 'alg').innerText(), 'RS256')
  assert.equal(await visit.value('Claims', 'email').innerText(), ANN)
  assert.match(
    await visit.value('Claims', 'iat').innerText(),
    /^\d{10}\n\d{1,2} \w+ \d{4}, \d\d:\d\d:\d\d \(.+\)$/
  )
  await visit.tamper('claims')
  assert.equal(await visit.value('Claims', 'email').innerText(), 'victim@example.com')
  await contents.getByText('Tampered with').waitFor()
})

test('a request without a token is refused too, with what to do', limits, async t => {
  const visit = await visitIn(t)
  for (const carrier of ['In the JSON body', 'As a bearer token']) {
    await visit.carry(carrier)
    const verdict = await visit.verify()
    assert.match(verdict, /^Refused\s+401 missing_token/)
    assert.match(verdict, /Sign in, get an ID token and send it/)
  }
  await visit.picture('no-token')
})

test('a token that was pasted is judged as any other', limits, async t => {
  const visit = await visitIn(t)
  const { body } = await server.demo('token', { email: ANN, expired: true })
  await visit.paste(`\n ${body.idToken} \n`)
  assert.match(await visit.verify(), /The token has expired\./)
  assert.match(await visit.part('What happened').innerText(), /A token was pasted/)
})

test('what is pasted may be anything', limits, async t => {
  const visit = await visitIn(t)
  for (const [token, reason] of [
    ['nonsense', /does not look like a token/],
    ['a.b.c', /does not look like a token/],
    ['a.b', /does not look like a token/],
    ['e30.e30', /does not look like a token/],
    ['e30.e30.?', /a way of signing/],
    ['"><img src=x onerror=alert(1)>', /does not look like a token/],
    ['x'.repeat(10_000), /far larger than any/]
  ]) {
    await visit.paste(token)
    await visit.page.getByText('It cannot be read').waitFor()
    assert.ok(await visit.page.getByLabel('Tamper with it').isDisabled())
    assert.match(await visit.verify(), reason)
  }
  await visit.carry('As a bearer token')
  await visit.paste('ト ー ク ン')
  assert.match(await visit.verify(), /^No answer/)
})

test('a token is shortened until somebody wants to see it', limits, async t => {
  const visit = await visitIn(t)
  await visit.page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
  const { body } = await server.demo('token', { email: ANN })
  await visit.paste(body.idToken)
  await visit.verify()
  const isShown = async () => (await visit.page.content()).includes(body.idToken)
  assert.equal(await isShown(), false)
  await visit.button('Copy').click()
  await visit.page.getByText('Copied').waitFor()
  assert.equal(await visit.page.evaluate(() => navigator.clipboard.readText()), body.idToken)
  await visit.button('Show all of it').click()
  assert.equal(await visit.page.locator('#token').textContent(), body.idToken)
  assert.ok((await visit.part('The HTTP exchange').innerText()).includes(body.idToken))
  await visit.picture('revealed')
  await visit.button('Shorten it').click()
  assert.equal(await isShown(), false)
  // Not even if it was pasted with its quotes.
  await visit.paste(`"${body.idToken}"`)
  await visit.verify()
  assert.equal(await isShown(), false)
})

test('a player stays signed in over a reload, and can sign out', limits, async t => {
  const visit = await visitIn(t)
  await visit.signInByEmail(ANN)
  await visit.open()
  await visit.page.getByText('Still signed in').waitFor()
  await visit.getToken()
  assert.match(await visit.verify(), /^Accepted/)
  await visit.button('Sign out').click()
  await visit.button('Sign in as a guest').waitFor()
  assert.ok(await visit.button('Get an ID token').isDisabled())
})

test('a session that the issuer has forgotten is told, and one can sign in again', limits, async t => {
  const visit = await visitIn(t)
  await visit.signInByEmail(ANN)
  const sessionId = await visit.page.evaluate(
    issuer => localStorage.getItem(`${issuer} @0xsequence.waas.session_id`),
    server.issuer
  )
  assert.equal((await server.sendIntent('closeSession', { sessionId })).status, 200)
  visit.expect(/status of 400 .*SendIntent/)
  await visit.button('Get an ID token').click()
  await visit.page.getByRole('alert').getByText('no longer knows this session').waitFor()
  await visit.signInByEmail(ANN)
  await visit.getToken()
  assert.match(await visit.verify(), /^Accepted/)
})

test('an issuer that cannot be reached is told in words', limits, async t => {
  const visit = await visitIn(t)
  await visit.page.route(`${server.issuer}/status`, route => route.abort())
  visit.expect(/ERR_FAILED/)
  await visit.button('Sign in as a guest').click()
  await visit.page.getByRole('alert').getByText('cannot be reached from this browser').waitFor()
})

test('answers that the page does not know are shown as they are', limits, async t => {
  const visit = await visitIn(t)
  let answer
  await visit.page.route(`${server.url}/me`, route => route.fulfill(answer))
  visit.expect(/status of (418|502) /)
  await visit.carry('As a bearer token')
  answer = { status: 418, json: { error: 'invalid_token', error_description: 'it is tea time' } }
  assert.match(await visit.verify(), /^Refused\s+418 invalid_token\s+.*does not know\.\s+.*it is tea time/s)
  assert.deepEqual(await visit.checks(), [])
  answer = { status: 502, contentType: 'text/html', body: '<h1>Bad gateway</h1>' }
  assert.match(await visit.verify(), /^Refused\s+502\s+.*without a reason/s)
  assert.match(await visit.part('The HTTP exchange').innerText(), /<h1>Bad gateway<\/h1>/)
})

test('a server that does not answer is told in words', limits, async t => {
  const visit = await visitIn(t)
  visit.expect(/ERR_FAILED/)
  await visit.page.route(`${server.url}/{me,healthz}`, route => route.abort())
  await visit.carry('As a bearer token')
  assert.match(await visit.verify(), /^No answer\s+The request could not be sent, or was not answered/)
  await visit.page.locator('#health').getByText('The server does not answer.').waitFor()
})
