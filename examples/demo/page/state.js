// What the page knows, and who wants to hear when it changes.

import { language } from './language.js'

export const state = {
  language: language(),
  /** What the server says of itself. */
  config: null,
  /** The player's wallet: Sequence's SDK. */
  wallet: null,
  /** Who is signed in: the wallet; since when, and the email, unless it was on an earlier visit. */
  session: null,
  /** The token in hand: value, whether it was pasted, its nonce, since when. */
  token: null,
  revealed: false,
  tampering: 'none',
  /** What came of the last request to the backend. */
  outcome: null,
  health: null,
  /** What came of the last switch of the demo issuer that was thrown. */
  demo: null
}

const watchers = []

/** Calls `render` now, and whenever one of the named parts has changed. */
export function watch(parts, render) {
  watchers.push({ parts, render })
  render()
}

export function update(changes) {
  Object.assign(state, changes)
  for (const { parts, render } of watchers) {
    if (parts.some(part => part in changes)) {
      render()
    }
  }
}
