// A visit to the page with a real browser, and what must not happen during any of them.

import assert from 'node:assert/strict'
import { join } from 'node:path'

import { chromium } from 'playwright-core'

/** Where pictures of the page go, if somebody wants to look at them. */
const { PICTURES } = process.env

/** A refusal is an answer like any other to the page; the browser logs it as an error of its own. */
const REFUSAL = /^Failed to load resource: the server responded with a status of (401|503) /
const JUDGING = ['/api/verify-wallet', '/me', '/healthz']

// Chromium has no sandbox for root, which is who runs this in a container.
const SETTINGS = {
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: process.getuid() === 0 ? ['--no-sandbox'] : []
}

export function launch() {
  return chromium.launch(SETTINGS)
}

/** A browser with a profile of its own, in a directory. */
export function launchProfile(directory) {
  return chromium.launchPersistentContext(directory, SETTINGS)
}

export async function takePicture(page, name) {
  if (PICTURES) {
    await page.screenshot({ path: join(PICTURES, `${name}.png`), fullPage: true })
  }
}

export class Visit {
  /** What went wrong without anybody seeing it. */
  #amiss = []
  #expected = []

  constructor(page, server) {
    this.page = page
    this.server = server
    page.on('console', message => this.#hear(message))
    page.on('pageerror', error => this.#note(`uncaught: ${error.message}`))
    page.on('request', request => this.#watch(new URL(request.url()).origin))
  }

  /** Opens the page in a browser that remembers nothing; `t` ends the visit. */
  static async begin(t, browser, server, settings = {}) {
    const context = await browser.newContext({ locale: 'en-GB', reducedMotion: 'reduce', ...settings })
    context.setDefaultTimeout(30_000)
    const visit = new Visit(await context.newPage(), server)
    t.after(async () => {
      await context.close()
      assert.deepEqual(visit.#amiss, [])
    })
    await visit.open()
    return visit
  }

  async open() {
    await this.page.goto(this.server.url)
    // The last thing that the page does at its start.
    await this.page.locator('#signed-out, #signed-in, #no-access-key').filter({ visible: true }).waitFor()
    await this.page.locator('#health .badge').first().waitFor()
    await this.page.waitForFunction(
      () => document.getElementById('demo').hidden || document.querySelector('#failure option')
    )
  }

  /** Lets something happen that would be amiss otherwise. */
  expect(pattern) {
    this.#expected.push(pattern)
  }

  async signInByEmail(email) {
    await this.page.getByLabel('Email', { exact: true }).fill(email)
    await this.button('Send code').click()
    await this.page.getByLabel('Code from the email').fill('123456')
    await this.button('Sign in').click()
    await this.page.getByText(`Signed in as ${email}`).waitFor()
  }

  async signInAsGuest() {
    await this.button('Sign in as a guest').click()
    await this.page.getByText('Signed in as a guest, with').waitFor()
  }

  /** Gets a token that is another one than before. */
  async getToken(nonce = '') {
    const before = await this.#token()
    await this.page.getByLabel('Nonce').fill(nonce)
    await this.button('Get an ID token').click()
    await this.#tokenAfter(before)
  }

  /** Gets a token of OMS Wallet that is another one than before. */
  async getOmsToken(email) {
    const before = await this.#token()
    if (!(await this.page.locator('#oms-form').isVisible())) {
      await this.page.locator('#oms summary').click()
    }
    await this.page.getByLabel("The OMS Wallet player's email").fill(email)
    await this.button('Get an OMS Wallet token').click()
    await this.#tokenAfter(before)
  }

  async paste(token) {
    if (!(await this.page.getByLabel('A token that you have').isVisible())) {
      await this.page.locator('#paste summary').click()
    }
    await this.page.getByLabel('A token that you have').fill(token)
    await this.button('Use this token').click()
  }

  tamper(how) {
    return this.page.getByLabel('Tamper with it').selectOption(how)
  }

  carry(how) {
    return this.page.getByRole('radio', { name: how }).check()
  }

  /** Has the backend asked, and returns the verdict's words. */
  async verify() {
    await this.button('Verify on the backend').click()
    return this.verdict()
  }

  verdict() {
    return this.page.locator('#verdict .verdict').innerText()
  }

  button(name) {
    return this.page.getByRole('button', { name, exact: true })
  }

  /** The part of the account or of the token's contents that has this heading. */
  part(heading) {
    return this.page.locator('.part', { has: this.page.getByRole('heading', { name: heading, exact: true }) })
  }

  /** A value among those that stand next to their names. */
  value(heading, name) {
    const term = this.page.locator('dt', { has: this.page.getByText(name, { exact: true }) })
    return this.part(heading).locator('.member', { has: term }).locator('dd')
  }

  /** The ids of an issuer's keys that the backend has. */
  issuerKeys(issuer) {
    const health = this.page.locator('#health .issuer', { has: this.page.getByText(issuer, { exact: true }) })
    const term = this.page.getByText('Key ids (kid)', { exact: true })
    return health.locator('.member', { has: term }).locator('dd').innerText()
  }

  async checks() {
    const lines = await this.page.locator('.checks li').all()
    return Promise.all(lines.map(line => line.getAttribute('class')))
  }

  async assertNoSidewaysScroll() {
    const [needed, there] = await this.page.evaluate(() => {
      const { scrollWidth, clientWidth } = document.documentElement
      return [scrollWidth, clientWidth]
    })
    assert.ok(needed <= there, `the page is ${needed} wide, and ${there} are there`)
  }

  picture(name) {
    return takePicture(this.page, name)
  }

  #tokenAfter(before) {
    return this.page.waitForFunction(
      before => !['', before].includes(document.getElementById('token').textContent),
      before
    )
  }

  #token() {
    return this.page.locator('#token').textContent()
  }

  #hear(message) {
    const { url } = message.location()
    const isRefusal =
      REFUSAL.test(message.text()) && JUDGING.some(path => url === new URL(path, this.server.url).href)
    if (['error', 'warning'].includes(message.type()) && !isRefusal) {
      this.#note(`console: ${message.text()} (${url})`)
    }
  }

  #watch(origin) {
    if (![this.server.url, this.server.issuer].includes(origin)) {
      this.#note(`request to ${origin}`)
    }
  }

  #note(happening) {
    if (!this.#expected.some(pattern => pattern.test(happening))) {
      this.#amiss.push(happening)
    }
  }
}
