// The page of the login example: nonce, token, login, account, logout, and a replay.
//
//     cargo build -p login

import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { after, before, test } from 'node:test'

import { ExampleLogin } from '../sdk/example_login.js'
import { logIn, press, shows } from './login_page.js'
import { launch, takePicture } from './visit.js'

const AXE = createRequire(import.meta.url).resolve('axe-core')
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

/** Opens the page in a browser that remembers nothing; scripts that fail are noticed when it ends. */
async function visit(t, settings) {
  const context = await browser.newContext({ reducedMotion: 'reduce', ...settings })
  context.setDefaultTimeout(30_000)
  const page = await context.newPage()
  const amiss = []
  page.on('pageerror', error => amiss.push(error.message))
  page.on('console', message => {
    // A refusal is an answer like any other; the browser logs it as an error of its own.
    if (message.type() === 'error' && !/status of 40[134]/.test(message.text())) amiss.push(message.text())
  })
  t.after(async () => {
    await context.close()
    assert.deepEqual(amiss, [])
  })
  await page.goto(server.url)
  await page.locator('#trust').filter({ visible: true }).waitFor()
  return page
}

test('a player logs in, and a replay of the token is refused', limits, async t => {
  const page = await visit(t)
  await press(page, 'Show my account')
  await shows(page, 'account', 'GET /account 401')
  assert.ok(await page.getByRole('button', { name: 'Send the same token again' }).isHidden())
  await logIn(page)
  await press(page, 'Show my account')
  await shows(page, 'account', 'player@example.com')
  await press(page, 'Send the same token again')
  await shows(page, 'log-in', 'the nonce of the token was used before')
  await press(page, 'Show my account')
  await shows(page, 'account', 'GET /account 200')
})

test('the browser keeps the cookies from scripts, and has none of a session after the logout', limits, async t => {
  const page = await visit(t)
  await logIn(page)
  const withoutId = ({ name }) => name.replace(/^(__Host-login-)[0-9a-f]{24}$/, '$1…')
  const cookies = async () => (await page.context().cookies()).map(withoutId).sort()
  assert.deepEqual(await cookies(), ['__Host-login-…', '__Host-session'])
  assert.equal(await page.evaluate(() => document.cookie), '')
  await press(page, 'Log out')
  await shows(page, 'account', 'POST /logout 204')
  assert.deepEqual(await cookies(), ['__Host-login-…'])
  await press(page, 'Show my account')
  await shows(page, 'account', 'GET /account 401')
})

test('another origin’s script logs nobody out', limits, async t => {
  const page = await visit(t)
  await logIn(page)
  // Another origin, if of the same site.
  await page.goto(`${server.issuer}/status`)
  const refused = page.context().waitForEvent('response', response => response.url().endsWith('/logout'))
  await page.evaluate(url => fetch(`${url}/logout`, { method: 'POST', mode: 'no-cors', credentials: 'include' }), server.url)
  assert.equal((await refused).status(), 403)
  await page.goto(server.url)
  await press(page, 'Show my account')
  await shows(page, 'account', 'GET /account 200')
})

test('it takes a nonce before a token', limits, async t => {
  const page = await visit(t)
  await press(page, 'Get a token')
  await shows(page, 'token', 'Get a nonce first.')
})

for (const [name, settings] of Object.entries({
  'on a desk': { viewport: { width: 1280, height: 900 } },
  'on a phone': { viewport: { width: 390, height: 844 } },
  'on a small phone, in the dark': { viewport: { width: 320, height: 640 }, colorScheme: 'dark' }
})) {
  test(`the page fits, and axe finds nothing to complain about: ${name}`, limits, async t => {
    // So that axe can be put into the page.
    const page = await visit(t, { ...settings, bypassCSP: true })
    await takePicture(page, `login ${name}, at the start`)
    await logIn(page)
    await press(page, 'Show my account')
    await shows(page, 'account', 'GET /account 200')
    await takePicture(page, `login ${name}, logged in`)
    await press(page, 'Send the same token again')
    await shows(page, 'log-in', 'POST /login 401')
    await takePicture(page, `login ${name}, refused`)
    const [needed, there] = await page.evaluate(() => {
      const { scrollWidth, clientWidth } = document.documentElement
      return [scrollWidth, clientWidth]
    })
    assert.ok(needed <= there, `the page is ${needed} wide, and ${there} are there`)
    await page.addScriptTag({ path: AXE })
    const { violations } = await page.evaluate(() => globalThis.axe.run())
    assert.deepEqual(violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`)), [])
  })
}
