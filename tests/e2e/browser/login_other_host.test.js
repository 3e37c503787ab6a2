// A page on another host than the backend, which allows its origin.
//
//     cargo build -p site

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'

import { Program, built } from '../sdk/program.js'
import { assertMissing, logInByScript, loginCookies } from './login_page.js'
import { Profile } from './profile.js'

const limits = { timeout: 60_000 }
const WALLET = '0x52908400098527886E0F7030069857D2E4169EE7'

const named = (url, name) => url.replace('127.0.0.1', name)

/** The hosts of the pages; the backend's is `api.game.localhost`. */
const PAGE = 'play.game.localhost'
const FOREIGN_PAGE = 'partner.localhost'

let pages, others, backend, backendAcrossSites, profile
before(
  async () => {
    const start = settings => Program.run(process.env.SITE ?? built('site'), settings)
    ;[pages, others] = await Promise.all([start([]), start([])])
    const allowed = [PAGE, FOREIGN_PAGE].flatMap(name => ['--page', named(pages.url, name)])
    ;[backend, backendAcrossSites] = await Promise.all([start(allowed), start([...allowed, '--across-sites'])])
    profile = await Profile.open()
  },
  { timeout: 30_000 }
)
after(async () => {
  await profile?.close()
  await Promise.all([pages, others, backend, backendAcrossSites].map(program => program?.stop()))
})

const api = () => named(backend.url, 'api.game.localhost')

async function pageAt(t, origin) {
  const page = await profile.browser.newPage()
  t.after(async () => {
    await page.close()
    await profile.browser.clearCookies()
  })
  await page.goto(origin)
  return page
}

test('a page of an allowed origin logs in', limits, async t => {
  const page = await pageAt(t, named(pages.url, PAGE))
  assert.deepEqual(await logInByScript(page, api()), { status: 200, text: WALLET })
  assert.equal((await loginCookies(profile.browser)).length, 1)
  assert.deepEqual(await logInByScript(page, api()), { status: 200, text: WALLET })
})

test('without its cookies it does not', limits, async t => {
  const page = await pageAt(t, named(pages.url, PAGE))
  assertMissing(await logInByScript(page, api(), 'same-origin'))
})

test('an allowed origin of another site gets a nonce, and logs nobody in', limits, async t => {
  const page = await pageAt(t, named(pages.url, FOREIGN_PAGE))
  assertMissing(await logInByScript(page, api()))
  assert.deepEqual(await loginCookies(profile.browser), [])
})

test('with cookies for frames, an allowed origin of another site logs in', limits, async t => {
  const page = await pageAt(t, named(pages.url, FOREIGN_PAGE))
  assert.deepEqual(await logInByScript(page, backendAcrossSites.url), { status: 200, text: WALLET })
})

test('another origin of the same site gets no nonce', limits, async t => {
  const page = await pageAt(t, named(others.url, PAGE))
  await assert.rejects(logInByScript(page, api()), /Failed to fetch/)
  const answered = page.waitForEvent('response', response => response.url() === `${api()}/nonce`)
  await page.evaluate(url => void fetch(url, { mode: 'no-cors', credentials: 'include' }), `${api()}/nonce`)
  assert.equal((await answered).status(), 403)
  assert.deepEqual(await loginCookies(profile.browser), [])
})

test('a link on the page of an allowed origin gets no nonce', limits, async t => {
  const page = await pageAt(t, named(pages.url, PAGE))
  const answered = page.waitForEvent('response', response => response.url() === `${api()}/nonce`)
  await page.evaluate(url => void (location.href = url), `${api()}/nonce`)
  assert.equal((await answered).status(), 403)
})

test('a page of the backend’s own host logs in too', limits, async t => {
  const page = await pageAt(t, api())
  assert.deepEqual(await logInByScript(page), { status: 200, text: WALLET })
})
