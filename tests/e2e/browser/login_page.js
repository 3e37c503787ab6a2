// The page of the login example, in a tab or in a frame.

import assert from 'node:assert/strict'

/** What an answer says if the browser did not send the nonce's cookie. */
export const MISSING = 'what the nonce is bound to, a cookie or header, is missing'

export const press = (page, name) => page.getByRole('button', { name, exact: true }).click()

export const tokenOf = page => page.getByRole('textbox', { name: 'ID token' })

/** What a step shows once it shows something that has these words in it. */
export const shows = (page, step, words) => page.locator(`#${step}-answer`).filter({ hasText: words }).waitFor()

/** Goes as far as a token in hand. */
export async function begin(page) {
  await press(page, 'Get a nonce')
  await shows(page, 'nonce', 'GET /nonce 200')
  await press(page, 'Get a token')
  await shows(page, 'token', 'POST /demo/token 200')
}

/** Logs in with the token in hand. */
export async function finish(page) {
  await press(page, 'Log in')
  await shows(page, 'log-in', 'POST /login 200')
}

export async function logIn(page) {
  await begin(page)
  await finish(page)
}

/** The login has ended: its token is refused. */
export async function isRefused(page, words) {
  await press(page, 'Log in')
  await shows(page, 'log-in', 'POST /login 401')
  await shows(page, 'log-in', words)
}

export async function isLoggedIn(page) {
  await page.locator('#account-answer').evaluate(answer => answer.replaceChildren())
  await press(page, 'Show my account')
  await shows(page, 'account', /GET \/account (200|401)/)
  return page.locator('#account-answer').filter({ hasText: 'GET /account 200' }).isVisible()
}

/** The names of the cookies that bind nonces to a browser. */
export async function loginCookies(context) {
  const names = (await context.cookies()).map(cookie => cookie.name)
  return names.filter(name => name.startsWith('__Host-login-')).sort()
}

/** A page of the site at an origin, which shows another page in a frame; returns that frame. */
export async function framed(page, origin, url) {
  await page.goto(origin)
  await page.evaluate(url => {
    document.body.innerHTML = `<iframe src="${url}" width="1200" height="900"></iframe>`
  }, url)
  const frame = page.frameLocator('iframe')
  await frame.locator('body').waitFor({ state: 'attached' })
  return frame
}

/** Goes through the login of `site` with scripts, in a page or a frame; `base` is the origin that is asked. */
export function logInByScript(page, base = '', credentials = 'include') {
  return page.evaluate(
    async ([base, credentials]) => {
      const text = async (path, settings) => {
        const response = await fetch(base + path, { credentials, ...settings })
        return { status: response.status, text: await response.text() }
      }
      const answer = await text('/nonce')
      if (answer.status !== 200) return answer
      const { nonce } = JSON.parse(answer.text)
      const { text: sequenceToken } = await text(`/token-with?${nonce}`)
      const headers = { 'Content-Type': 'application/json' }
      return text('/login', { method: 'POST', headers, body: JSON.stringify({ sequenceToken }) })
    },
    [base, credentials]
  )
}

export function assertMissing({ status, text }) {
  assert.equal(status, 401)
  assert.ok(text.includes(MISSING), text)
}
