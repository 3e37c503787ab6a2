// Other sites' pages that ask the login example for a nonce: they get none, and disturb no login.
//
//     cargo build -p login -p site

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'

import { ExampleLogin } from '../sdk/example_login.js'
import { Program, built } from '../sdk/program.js'
import { begin, finish, isLoggedIn, logIn, loginCookies } from './login_page.js'
import { Observed } from './observed.js'
import { Profile } from './profile.js'

const limits = { timeout: 60_000 }

let server, front, elsewhere, profile
before(
  async () => {
    server = await ExampleLogin.start()
    front = await Observed.before(server)
    elsewhere = await Program.run(process.env.SITE ?? built('site'), [])
    profile = await Profile.open()
  },
  { timeout: 30_000 }
)
after(async () => {
  await profile?.close()
  front?.stop()
  await Promise.all([server?.stop(), elsewhere?.stop()])
})

const named = (url, name) => url.replace('127.0.0.1', name)
const game = () => named(front.url, 'game.localhost')

/** Pages that are none of the game's own, and what a browser calls their sites. */
const others = {
  'another site': { name: 'attacker.localhost', site: 'cross-site' },
  'a subdomain': { name: 'attacker.game.localhost', site: 'same-site' },
  'another port': { name: 'game.localhost', site: 'same-site' }
}

/** What a page can do to have the browser ask for an address. */
const ways = {
  'a popup': url => void window.open(url),
  'a frame': url => put(`<iframe src="${url}"></iframe>`),
  'an image': url => put(`<img src="${url}" alt="">`),
  'a style sheet': url => put(`<link rel="stylesheet" href="${url}">`),
  'a script': url => void fetch(url, { credentials: 'include' }).catch(() => {}),
  'a script that needs no answer': url => void fetch(url, { mode: 'no-cors', credentials: 'include' }),
  'a form': url => submit(url, 'get'),
  'a form that posts': url => submit(url, 'post'),
  'a link': url => {
    put(`<a href="${url}">more</a>`)
    document.querySelector('a').click()
  }
}

/** Opens a page of another origin, with what the ways need. */
async function openPage(t, name) {
  const page = await profile.browser.newPage()
  const popups = []
  page.on('popup', popup => popups.push(popup))
  t.after(() => Promise.all([page, ...popups].map(opened => opened.close())))
  await page.goto(named(elsewhere.url, name))
  await page.evaluate(() => {
    globalThis.put = html => void (document.body.innerHTML = html)
    globalThis.submit = (url, method) => {
      put(`<form method="${method}" action="${url}"></form>`)
      document.forms[0].submit()
    }
  })
  return page
}

/** Returns what is answered to the request, and what the browser says of who made it. */
async function answerTo(page, way) {
  const [answer] = await Promise.all([front.answerFor('/nonce'), page.evaluate(way, `${game()}/nonce`)])
  return answer
}

async function openGame(t) {
  const page = await profile.browser.newPage()
  t.after(() => page.close())
  await page.goto(game())
  await page.locator('#trust').filter({ visible: true }).waitFor()
  return page
}

for (const [what, { name, site }] of Object.entries(others)) {
  test(`${what} gets no nonce, and the login that is under way goes on`, limits, async t => {
    const player = await openGame(t)
    await begin(player)
    const cookies = await loginCookies(profile.browser)
    for (const [means, way] of Object.entries(ways)) {
      const answer = await answerTo(await openPage(t, name), way)
      assert.deepEqual(answer, { status: 403, site }, means)
    }
    assert.deepEqual(await loginCookies(profile.browser), cookies)
    await finish(player)
  })
}

test('a subdomain’s cookies keep nobody from logging in', limits, async t => {
  await profile.browser.clearCookies()
  t.after(() => profile.browser.clearCookies())
  const subdomain = await openPage(t, 'attacker.game.localhost')
  await subdomain.evaluate(() => {
    for (const name of ['__Host-session', '__Host%2Dsession', '%5F_Host-session', '\u00a0__Host-session']) {
      document.cookie = `${name}=AAAAAAAAAAAAAAAAAAAAAA; domain=game.localhost; path=/; max-age=3600`
    }
  })
  const planted = (await profile.browser.cookies(game())).map(cookie => cookie.name)
  assert.ok(planted.includes('__Host%2Dsession') && !planted.includes('__Host-session'), planted.join())
  const player = await openGame(t)
  await logIn(player)
  assert.ok(await isLoggedIn(player))
})

test('an address that is typed in is answered', limits, async t => {
  const page = await openPage(t, 'attacker.localhost')
  const response = await page.goto(`${game()}/nonce`)
  assert.equal(response.status(), 200)
  const { nonce } = await response.json()
  assert.equal(nonce.length, 120)
})

test('a player who comes by a link of another site logs in', limits, async t => {
  const page = await openPage(t, 'attacker.localhost')
  await Promise.all([page.waitForURL(`${game()}/`), page.evaluate(ways['a link'], `${game()}/`)])
  await page.locator('#trust').filter({ visible: true }).waitFor()
  await logIn(page)
})
