// Other sites' pages, in a browser that is signed in: what they send with the player's cookie is refused.
//
//     cargo build -p site

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'

import { Program, built } from '../sdk/program.js'
import { Profile } from './profile.js'

const limits = { timeout: 60_000 }
const WALLET = '0x52908400098527886E0F7030069857D2E4169EE7'

let site, elsewhere, profile, browser
before(
  async () => {
    const start = () => Program.run(process.env.SITE ?? built('site'), [])
    ;[site, elsewhere] = await Promise.all([start(), start()])
    profile = await Profile.open()
    browser = profile.browser
  },
  { timeout: 30_000 }
)
after(async () => {
  await profile?.close()
  await Promise.all([site?.stop(), elsewhere?.stop()])
})

const byName = url => url.replace('127.0.0.1', 'localhost')

/** Pages of other origins. */
const others = {
  'another site': () => byName(elsewhere.url),
  'another port, which is the same site': () => elsewhere.url,
  'the same port by another name': () => byName(site.url)
}

/** Signs in at the site, then opens a page of this origin in the same browser. */
async function pageAt(t, origin) {
  const page = await browser.newPage()
  t.after(() => page.close())
  await page.goto(`${site.url}/sign-in`)
  const cookies = await browser.cookies()
  assert.deepEqual(cookies.map(({ name, sameSite }) => [name, sameSite]), [['__Host-token', 'None']])
  await page.goto(origin)
  return page
}

/** What the site answers to what a script on the page does. */
async function answerTo(page, script, argument) {
  const answered = page.context().waitForEvent('response', response => response.url() === `${site.url}/account`)
  const [response] = await Promise.all([answered, page.evaluate(script, argument)])
  return response
}

function submitForm(page, referrerPolicy = 'strict-origin-when-cross-origin') {
  const script = ([url, policy]) => {
    document.head.innerHTML = `<meta name="referrer" content="${policy}">`
    document.body.innerHTML = `<form method="post" action="${url}"><input name="amount" value="1"></form>`
    document.forms[0].submit()
  }
  return answerTo(page, script, [`${site.url}/account`, referrerPolicy])
}

function send(page, method, mode = 'no-cors') {
  const script = ([url, settings]) => {
    fetch(url, { credentials: 'include', ...settings }).catch(() => {})
  }
  return answerTo(page, script, [`${site.url}/account`, { method, mode }])
}

/** What comes of a WebSocket: its first message, or what the browser says of the handshake. */
async function openSocket(page, protocols = []) {
  const failed = page
    .waitForEvent('websocket')
    .then(socket => socket.waitForEvent('socketerror'))
    .catch(() => 'no error')
  const script = ([url, offered]) =>
    new Promise(resolve => {
      const socket = new WebSocket(url, offered)
      socket.onmessage = ({ data }) => resolve({ data, protocol: socket.protocol })
      socket.onerror = () => resolve(undefined)
    })
  const opened = await page.evaluate(script, [`${site.url.replace('http', 'ws')}/socket`, protocols])
  return opened ?? { error: await failed }
}

/** Without the cookie it would be 401. */
const assertRefused = response => assert.equal(response.status(), 403)

test('pages of the own origin act in the player’s name', limits, async t => {
  const page = await pageAt(t, site.url)
  assert.equal((await send(page, 'GET', 'cors')).status(), 200)
  for (const method of ['POST', 'DELETE']) {
    const response = await send(page, method, 'cors')
    assert.equal(response.status(), 200)
    assert.equal(await response.text(), WALLET)
  }
  assert.deepEqual(await openSocket(page), { data: WALLET, protocol: '' })
  assert.equal((await submitForm(page)).status(), 200)
})

for (const [name, origin] of Object.entries(others)) {
  test(`a form is refused that is sent from ${name}`, limits, async t => {
    assertRefused(await submitForm(await pageAt(t, origin())))
  })

  test(`a script’s request is refused that is sent from ${name}`, limits, async t => {
    assertRefused(await send(await pageAt(t, origin()), 'POST'))
  })

  test(`a WebSocket is refused that is opened from ${name}`, limits, async t => {
    const { error } = await openSocket(await pageAt(t, origin()))
    assert.match(error, /403/)
  })

  test(`a WebSocket with a token of its own is opened from ${name}`, limits, async t => {
    const page = await pageAt(t, origin())
    const token = await (await fetch(`${site.url}/token`)).text()
    const opened = await openSocket(page, ['v1', `token.${token}`])
    assert.deepEqual(opened, { data: WALLET, protocol: 'v1' })
  })

  test(`what changes nothing may be asked for from ${name}, and is not shown to it`, limits, async t => {
    const page = await pageAt(t, origin())
    assert.equal((await send(page, 'GET')).status(), 200)
    const read = page.evaluate(
      url => fetch(url, { credentials: 'include' }).then(response => response.text()),
      `${site.url}/account`
    )
    await assert.rejects(read, /Failed to fetch/)
  })
}

test('a form is refused that is sent from a page without an origin', limits, async t => {
  const page = await pageAt(t, 'data:text/html,<title>A page</title>')
  assertRefused(await submitForm(page))
})

test('a form of the own origin is refused that hides where it is from', limits, async t => {
  const page = await pageAt(t, site.url)
  assertRefused(await submitForm(page, 'no-referrer'))
})

test('an address that is typed in leads to the account', limits, async t => {
  const page = await pageAt(t, byName(elsewhere.url))
  const response = await page.goto(`${site.url}/account`)
  assert.equal(await response.text(), WALLET)
})
