// The page of the WebSocket example: both ways to send a token, a new one in time, and the end with the token.
//
//     cargo build -p websocket

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'

import { Program, built } from '../sdk/program.js'
import { launch } from './visit.js'

const BINARY = process.env.EXAMPLE_WEBSOCKET ?? built('websocket')
const WALLET = '0x52908400098527886E0F7030069857D2E4169EE7'
const limits = { timeout: 60_000 }

let server, browser
before(
  async () => {
    server = await Program.run(BINARY, [])
    browser = await launch()
  },
  { timeout: 30_000 }
)
after(async () => {
  await browser?.close()
  assert.equal(await server?.stop(), 0)
})

/** Opens the page; scripts that fail are noticed when it ends. */
async function visit(t) {
  const page = await browser.newPage()
  page.setDefaultTimeout(30_000)
  const amiss = []
  page.on('pageerror', error => amiss.push(error.message))
  page.on('console', message => message.type() === 'error' && amiss.push(message.text()))
  t.after(async () => {
    await page.close()
    assert.deepEqual(amiss, [])
  })
  await page.goto(server.url)
  return page
}

const press = (page, name) => page.getByRole('button', { name, exact: true }).click()
const shows = (page, text) => page.locator('#log li').filter({ hasText: text }).first().waitFor()

async function connect(page, way, seconds) {
  await page.getByLabel(way).check()
  await page.getByLabel('Token lifetime in seconds').fill(String(seconds))
  await press(page, 'Connect')
  await shows(page, 'open, protocol echo.v1')
  await shows(page, `welcome ${WALLET}`)
}

for (const way of ['token as a subprotocol', 'token as the first message']) {
  test(`a player talks with a ${way}, until it expires`, limits, async t => {
    const page = await visit(t)
    await connect(page, way, 6)
    await press(page, 'Send')
    await shows(page, 'echo: Hello')
    await shows(page, 'closed, 4401 the token has expired, and no new one came')
  })
}

test('a new token in time keeps the session open', limits, async t => {
  const page = await visit(t)
  await connect(page, 'token as a subprotocol', 6)
  await page.getByLabel('Token lifetime in seconds').fill('600')
  await press(page, 'Send a new token')
  await page.locator('#log li').filter({ hasText: 'welcome' }).nth(1).waitFor()
  const expired = Date.now() + 7_000
  while (Date.now() < expired) await press(page, 'Send')
  await page.getByLabel('Message', { exact: true }).fill('still there')
  await press(page, 'Send')
  await shows(page, 'echo: still there')
  assert.equal(await page.locator('#log li').filter({ hasText: 'closed' }).count(), 0)
})
