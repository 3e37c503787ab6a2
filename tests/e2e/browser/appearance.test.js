// How the page looks and reads: languages, themes, narrow screens, the keyboard, accessibility.

import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { test } from 'node:test'

import { browser, limits, server } from './stage.js'
import { Visit } from './visit.js'

const AXE = createRequire(import.meta.url).resolve('axe-core')
const ANN = 'ann@example.com'
const PHONE = { width: 320, height: 640 }

const visitIn = (t, settings) => Visit.begin(t, browser, server, settings)

/** Through the whole flow, in English. */
async function refused(visit) {
  await visit.signInByEmail(ANN)
  await visit.getToken('n-42')
  await visit.tamper('claims')
  assert.match(await visit.verify(), /^Refused/)
}

const choose = (visit, id, value) => visit.page.locator(`#${id}`).selectOption(value)
const background = visit => visit.page.evaluate(() => getComputedStyle(document.body).backgroundColor)
const isDark = async visit => {
  const [red, green, blue] = (await background(visit)).match(/\d+/g).map(Number)
  return red + green + blue < 3 * 64
}

test('the theme is the system’s until one is chosen, and the choice is remembered', limits, async t => {
  const visit = await visitIn(t, { colorScheme: 'dark' })
  assert.ok(await isDark(visit))
  await choose(visit, 'theme', 'light')
  assert.ok(!(await isDark(visit)))
  await visit.open()
  assert.ok(!(await isDark(visit)))
  assert.equal(await visit.page.locator('#theme').inputValue(), 'light')
  await visit.page.emulateMedia({ colorScheme: 'light' })
  await choose(visit, 'theme', 'dark')
  assert.ok(await isDark(visit))
  await choose(visit, 'theme', 'system')
  assert.ok(!(await isDark(visit)))
})

test('the language is the browser’s until one is chosen, and the choice is remembered', limits, async t => {
  const visit = await visitIn(t, { locale: 'ja-JP' })
  const { page } = visit
  const language = () => page.evaluate(() => document.documentElement.lang)
  assert.equal(await language(), 'ja')
  await page.getByRole('heading', { name: 'ウォレットの検証を見る' }).waitFor()
  await choose(visit, 'language', 'en')
  assert.equal(await language(), 'en')
  await page.getByRole('heading', { name: 'See a wallet verified' }).waitFor()
  await visit.open()
  assert.equal(await language(), 'en')
})

test('a language that the page does not have gives way to the next one', limits, async t => {
  const visit = await visitIn(t, { locale: 'fr-FR' })
  await visit.page.getByRole('heading', { name: 'See a wallet verified' }).waitFor()
})

test('the whole account follows the language', limits, async t => {
  const visit = await visitIn(t)
  await refused(visit)
  await choose(visit, 'language', 'ja')
  assert.match(await visit.verdict(), /^拒否されました\s+401 invalid_token\s+理由\s+署名が合いません。/)
  await visit.part('起きたこと').getByText('クレームのメールアドレスが書き換えられた').waitFor()
  await visit.page.locator('#health').getByText('fresh：直近の取得に成功').first().waitFor()
  const english = (await visit.page.locator('main').innerText()).match(/\b(?:the|token|is|and) \w+/gi)
  // The backend's own words stay as they are.
  const own = ['the signature', 'the token', 'is invalid']
  assert.deepEqual(
    (english ?? []).filter(words => !own.some(known => words.includes(known))),
    []
  )
  await visit.picture('refused-ja')
})

for (const [name, settings] of [
  ['light', { colorScheme: 'light' }],
  ['dark', { colorScheme: 'dark' }],
  ['narrow', { viewport: PHONE }],
  ['narrow-dark', { viewport: PHONE, colorScheme: 'dark' }]
]) {
  test(`axe finds nothing to complain about: ${name}`, limits, async t => {
    // Its script is not part of the page, so the page's policy is not for it.
    const visit = await visitIn(t, { ...settings, bypassCSP: true })
    assert.deepEqual(await complaints(visit), [])
    await refused(visit)
    assert.deepEqual(await complaints(visit), [])
    await visit.tamper('none')
    assert.match(await visit.verify(), /^Accepted/)
    await visit.button('Rotate the key').click()
    await visit.page.getByText('The issuer has a new key').waitFor()
    await visit.getOmsToken(ANN)
    assert.match(await visit.verify(), /^Accepted/)
    assert.deepEqual(await complaints(visit), [])
    await choose(visit, 'language', 'ja')
    assert.deepEqual(await complaints(visit), [])
    await visit.picture(`ja-${name}`)
  })
}

async function complaints({ page }) {
  await page.addScriptTag({ path: AXE })
  const { violations } = await page.evaluate(() => globalThis.axe.run())
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`))
}

test('on a phone nothing has to be scrolled sideways', limits, async t => {
  const visit = await visitIn(t, { viewport: PHONE })
  await visit.assertNoSidewaysScroll()
  await refused(visit)
  await visit.button('Show all of it').click()
  await visit.button('Rotate the key').click()
  await visit.page.getByText('The issuer has a new key').waitFor()
  for (const language of ['en', 'ja']) {
    await choose(visit, 'language', language)
    await visit.assertNoSidewaysScroll()
    await visit.picture(`phone-${language}`)
  }
  await choose(visit, 'language', 'en')
  await visit.tamper('none')
  await visit.getOmsToken(ANN)
  assert.match(await visit.verify(), /^Accepted/)
  await visit.assertNoSidewaysScroll()
})

test('the verdict comes into view on a phone', limits, async t => {
  const visit = await visitIn(t, { viewport: PHONE })
  await visit.verify()
  const top = await visit.page.locator('#verdict').evaluate(verdict => verdict.getBoundingClientRect().top)
  assert.ok(top >= 0 && top < PHONE.height, `it is at ${top}`)
})

test('everything can be done with the keyboard, and the focus is seen', limits, async t => {
  const visit = await visitIn(t)
  const { keyboard } = visit.page
  await keyboard.press('Tab')
  await focusIsOn(visit, 'Skip to the content')
  await keyboard.press('Enter')
  await tabTo(visit, 'email')
  await keyboard.type(ANN)
  await keyboard.press('Enter')
  await focusIsIn(visit, 'code')
  await keyboard.type('123456')
  await keyboard.press('Enter')
  await focusIsIn(visit, 'get-token')
  await keyboard.press('Shift+Tab')
  await keyboard.type('n-1')
  await keyboard.press('Enter')
  await visit.page.locator('#token-in-hand').waitFor()
  await tabTo(visit, 'reveal')
  await keyboard.press('Space')
  assert.equal(await visit.page.locator('#reveal').getAttribute('aria-pressed'), 'true')
  await keyboard.press('Space')
  await tabTo(visit, 'verify-form')
  await keyboard.press('ArrowDown')
  await tabTo(visit, 'tampering')
  await keyboard.press('ArrowDown')
  await tabTo(visit, 'verify')
  await keyboard.press('Enter')
  assert.match(await visit.verdict(), /^Refused\s+401/)
  assert.match(await visit.part('The HTTP exchange').innerText(), /GET \/me/)
  await tabTo(visit, 'rotate-form')
  await keyboard.press('Tab')
  await keyboard.press('Enter')
  await visit.page.getByText('The issuer has a new key').waitFor()
})

/** Goes on with Tab until the element, or something in it, has the focus. */
async function tabTo({ page }, id) {
  for (let presses = 0; presses < 20; presses++) {
    const focused = await page.evaluate(id => {
      const target = document.getElementById(id)
      const { outlineStyle, outlineWidth } = getComputedStyle(document.activeElement)
      const isSeen = outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2
      return { isThere: target.contains(document.activeElement), isSeen }
    }, id)
    if (focused.isThere) {
      assert.ok(focused.isSeen, `the focus on ${id} is not seen`)
      return
    }
    await page.keyboard.press('Tab')
  }
  assert.fail(`Tab does not lead to ${id}`)
}

async function focusIsOn({ page }, text) {
  assert.equal(await page.evaluate(() => document.activeElement.textContent), text)
}

function focusIsIn({ page }, id) {
  return page.waitForFunction(id => document.activeElement.id === id, id)
}
