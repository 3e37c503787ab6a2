// Several logins in one browser at the login example: no tab spoils what another one has begun.
//
//     cargo build -p login

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'

import { ExampleLogin } from '../sdk/example_login.js'
import { MISSING, begin, finish, isRefused, logIn, loginCookies, tokenOf } from './login_page.js'
import { Observed } from './observed.js'
import { launch } from './visit.js'

const limits = { timeout: 60_000 }

let server, browser
before(
  async () => {
    server = await ExampleLogin.start()
    browser = await launch()
  },
  { timeout: 30_000 }
)
after(async () => {
  await browser?.close()
  await server?.stop()
})

/** Returns what opens tabs of a browser that remembers nothing. */
async function visit(t, url = server.url) {
  const context = await browser.newContext()
  context.setDefaultTimeout(30_000)
  t.after(() => context.close())
  return async () => {
    const page = await context.newPage()
    await page.goto(url)
    await page.locator('#trust').filter({ visible: true }).waitFor()
    return page
  }
}

test('a second tab logs in while the first one is under way, and then the first one does', limits, async t => {
  const open = await visit(t)
  const [first, second] = [await open(), await open()]
  await begin(first)
  await logIn(second)
  await finish(first)
})

test('a tab that is reloaded logs in, with a new token or with the one from before', limits, async t => {
  const page = await (await visit(t))()
  await begin(page)
  const token = await tokenOf(page).inputValue()
  await page.reload()
  await logIn(page)
  await page.reload()
  await tokenOf(page).fill(token)
  await finish(page)
})

test('two first requests at the same moment get nonces that are both good', limits, async t => {
  const front = await Observed.before(server)
  t.after(() => front.stop())
  const page = await (await visit(t, front.url))()
  const context = page.context()
  assert.deepEqual(await loginCookies(context), [])
  front.gather('/nonce', 2)
  const asked = []
  page.on('request', request => request.url().includes('/nonce') && asked.push(request))
  // Two addresses, because a browser asks for one twice only after the first answer.
  const nonces = await page.evaluate(async () => {
    const ask = async query => (await (await fetch(`/nonce?${query}`)).json()).nonce
    const first = await Promise.all([ask(1), ask(2)])
    await ask(3)
    return first
  })
  const sent = await Promise.all(asked.map(async request => (await request.allHeaders()).cookie?.split('; ').length))
  assert.deepEqual(sent, [undefined, undefined, 2])
  assert.equal((await loginCookies(context)).length, 3)
  for (const nonce of nonces) {
    const { idToken } = await tokenWith(nonce)
    await page.reload()
    await tokenOf(page).fill(idToken)
    await finish(page)
  }
})

async function tokenWith(nonce) {
  const body = JSON.stringify({ email: 'player@example.com', nonce })
  const headers = { 'content-type': 'application/json' }
  return (await fetch(`${server.issuer}/demo/token`, { method: 'POST', headers, body })).json()
}

test('the ninth tab ends the login of the first one, and of no other', limits, async t => {
  const open = await visit(t)
  const tabs = []
  for (let count = 0; count < 9; count++) {
    tabs.push(await open())
    await begin(tabs.at(-1))
  }
  const [first, ...others] = tabs
  assert.equal((await loginCookies(first.context())).length, 8)
  await isRefused(first, MISSING)
  for (const page of others) await finish(page)
})
