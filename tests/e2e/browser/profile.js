// A browser with a profile of its own, which decides who has cookies.

import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { launchProfile } from './visit.js'

export class Profile {
  #directory

  constructor(directory, browser) {
    this.#directory = directory
    this.browser = browser
  }

  /** Unless they are blocked, cookies are sent also in what other sites' pages have the browser send. */
  static async open({ blocksThirdPartyCookies = false, blocksCookies = false } = {}) {
    const directory = await mkdtemp(join(tmpdir(), 'profile-'))
    await mkdir(join(directory, 'Default'))
    const profile = {
      cookie_controls_mode: blocksThirdPartyCookies ? 1 : 0,
      default_content_setting_values: { cookies: blocksCookies ? 2 : 1 }
    }
    await writeFile(join(directory, 'Default', 'Preferences'), JSON.stringify({ profile }))
    const browser = await launchProfile(directory)
    browser.setDefaultTimeout(20_000)
    return new Profile(directory, browser)
  }

  async close() {
    await this.browser.close()
    await rm(this.#directory, { recursive: true })
  }
}
