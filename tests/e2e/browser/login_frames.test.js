// A game in a frame on another site: the login example with `--framed-by`, and a backend that has not allowed it.
//
//     cargo build -p login -p site

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'

import { ExampleLogin } from '../sdk/example_login.js'
import { Program, built } from '../sdk/program.js'
import {
  MISSING,
  assertMissing,
  begin,
  finish,
  framed,
  isLoggedIn,
  isRefused,
  logIn,
  logInByScript,
  loginCookies,
  press,
  shows
} from './login_page.js'
import { Profile } from './profile.js'

const limits = { timeout: 60_000 }

let around, server, unframed
before(
  async () => {
    around = await Program.run(process.env.SITE ?? built('site'), [])
    ;[server, unframed] = await Promise.all([
      ExampleLogin.start(['--framed-by', [portal('one'), portal('two')].join()]),
      ExampleLogin.start()
    ])
  },
  { timeout: 30_000 }
)
after(() => Promise.all([around, server, unframed].map(program => program?.stop())))

/** A site that shows games in frames. */
const portal = name => around.url.replace('127.0.0.1', `${name}.localhost`)

/** The status that a page of another site gets, with the browser's cookies. */
async function statusOf(page, url, settings) {
  const answered = page.waitForEvent('response', response => response.url() === url)
  const script = ([url, settings]) => void fetch(url, { mode: 'no-cors', credentials: 'include', ...settings })
  const [response] = await Promise.all([answered, page.evaluate(script, [url, settings])])
  return response.status()
}

for (const blocksThirdPartyCookies of [false, true]) {
  const where = blocksThirdPartyCookies ? 'where third-party cookies are blocked' : 'where nothing is blocked'

  async function openPage(t) {
    const profile = await Profile.open({ blocksThirdPartyCookies })
    t.after(() => profile.close())
    return profile.browser.newPage()
  }

  test(`a player logs in, is known, and logs out in a frame ${where}`, limits, async t => {
    const page = await openPage(t)
    const game = await framed(page, portal('one'), server.url)
    await logIn(game)
    assert.ok(await isLoggedIn(game))
    await press(game, 'Send the same token again')
    await shows(game, 'log-in', 'the nonce of the token was used before')
    const again = await framed(page, portal('one'), server.url)
    assert.ok(await isLoggedIn(again))
    await press(again, 'Log out')
    await shows(again, 'account', 'POST /logout 204')
    assert.ok(!(await isLoggedIn(again)))
  })

  test(`each site around the frame has a login of its own ${where}`, limits, async t => {
    const page = await openPage(t)
    const [one, two] = [page, await page.context().newPage()]
    const [first, second] = [
      await framed(one, portal('one'), server.url),
      await framed(two, portal('two'), server.url)
    ]
    await begin(first)
    await logIn(second)
    assert.ok(!(await isLoggedIn(first)))
    await finish(first)
    assert.ok((await isLoggedIn(first)) && (await isLoggedIn(second)))
    assert.equal((await loginCookies(page.context())).length, 2)
    const alone = await page.context().newPage()
    await alone.goto(server.url)
    assert.ok(!(await isLoggedIn(alone)))
    await logIn(alone)
  })

  test(`a backend that has not allowed frames logs nobody in there ${where}`, limits, async t => {
    const page = await openPage(t)
    // Its page has no policy of its own, so that it is shown.
    await framed(page, portal('one'), around.url)
    const [, frame] = page.frames()
    await frame.waitForURL(`${around.url}/`)
    assertMissing(await logInByScript(frame))
    assert.deepEqual(await loginCookies(page.context()), [])
    await page.goto(around.url)
    assert.equal((await logInByScript(page)).status, 200)
  })

  test(`the site around the frame gets no nonce, and does nothing in the player’s name ${where}`, limits, async t => {
    const page = await openPage(t)
    const game = await framed(page, portal('one'), server.url)
    await logIn(game)
    await begin(game)
    const cookies = await loginCookies(page.context())
    // The browser sends the cookies along, which is why the server has to look who asks.
    assert.equal(await statusOf(page, `${server.url}/account`), 200)
    for (const [path, method] of [['/nonce', 'GET'], ['/login', 'POST'], ['/logout', 'POST']]) {
      assert.equal(await statusOf(page, `${server.url}${path}`, { method }), 403, path)
    }
    assert.deepEqual(await loginCookies(page.context()), cookies)
    assert.ok(await isLoggedIn(game))
    await finish(game)
  })
}

test('a session of a server with other cookies stands in no login’s way', limits, async t => {
  const profile = await Profile.open()
  t.after(() => profile.close())
  const page = await profile.browser.newPage()
  // Cookies are the host's, whatever the port: so this is one server that is started with and without the option.
  for (const { url } of [unframed, server, unframed]) {
    await page.goto(url)
    await logIn(page)
    assert.ok(await isLoggedIn(page))
  }
  const names = (await profile.browser.cookies()).map(cookie => cookie.name)
  assert.deepEqual(names.filter(name => name.endsWith('session')).sort(), ['__Host-framed-session', '__Host-session'])
})

test('where third-party cookies are blocked, a cookie that is not partitioned is not sent', limits, async t => {
  for (const [blocksThirdPartyCookies, status] of [[false, 200], [true, 401]]) {
    const profile = await Profile.open({ blocksThirdPartyCookies })
    t.after(() => profile.close())
    const page = await profile.browser.newPage()
    await page.goto(`${around.url}/sign-in`)
    await page.goto(portal('one'))
    assert.equal(await statusOf(page, `${around.url}/account`), status)
  }
})

test('where all cookies are blocked, the page says why nobody is logged in', limits, async t => {
  const profile = await Profile.open({ blocksCookies: true })
  t.after(() => profile.close())
  const page = await profile.browser.newPage()
  const game = await framed(page, portal('one'), server.url)
  await begin(game)
  await isRefused(game, MISSING)
})

test('the page is shown in no frame unless it is started for it, and then on the sites that were named', limits, async t => {
  const profile = await Profile.open()
  t.after(() => profile.close())
  const page = await profile.browser.newPage()
  for (const [origin, url] of [
    [portal('one'), unframed.url],
    [portal('three'), server.url]
  ]) {
    const refused = page.waitForEvent('console', message => /frame-ancestors/.test(message.text()))
    await framed(page, origin, url)
    await refused
    assert.equal(await page.frameLocator('iframe').locator('#get-nonce').count(), 0)
  }
})
