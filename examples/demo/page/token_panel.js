// Step 2: the player gets an ID token, or one is pasted.

import { text } from './language.js'
import { isSessionGone, problemOf } from './problem.js'
import { canSignIn, endSession } from './sign_in_panel.js'
import { state, update, watch } from './state.js'
import { moment, isMoment } from './time.js'
import { read, shorten } from './token.js'
import { byId, element, onAction, tell } from './view.js'

const MAX_NONCE_BYTES = 128

export function startToken() {
  // Without signing in, pasting is the only way.
  byId('token-form').hidden = !canSignIn()
  byId('paste').open = !canSignIn()
  watch(['language', 'session', 'token'], render)
  watch(['language', 'token', 'revealed'], renderSecret)
  onAction(byId('token-form'), 'submit', getToken)
  onAction(byId('paste-form'), 'submit', usePasted)
  byId('reveal').addEventListener('click', () => update({ revealed: !state.revealed }))
  onAction(byId('copy'), 'click', copy)
}

async function getToken() {
  tell(byId('token-problem'), null)
  const nonce = byId('nonce').value
  const bytes = new TextEncoder().encode(nonce).length
  if (bytes > MAX_NONCE_BYTES) {
    tell(byId('token-problem'), text('token.nonceTooLong', { bytes }))
    return
  }
  try {
    const value = await state.wallet.idToken(nonce)
    update({ token: { value, nonce, session: state.session, at: new Date() } })
  } catch (error) {
    await explain(error)
  }
}

async function explain(error) {
  if (isSessionGone(error)) {
    await endSession(error)
  } else {
    tell(byId('token-problem'), text('token.failed', { problem: problemOf(error, state.config.embeddedWallet.issuer) }))
  }
}

async function usePasted() {
  tell(byId('token-problem'), null)
  const value = byId('pasted').value.trim()
  byId('pasted').value = ''
  byId('paste').open = !canSignIn()
  update({ token: { value, pasted: true, at: new Date() } })
  byId('paste').firstElementChild.focus()
}

async function copy() {
  try {
    await navigator.clipboard.writeText(state.token.value)
    byId('copied').textContent = text('token.copied')
  } catch {
    byId('copied').textContent = text('token.copyFailed')
  }
}

function render() {
  const { session, token } = state
  byId('get-token').disabled = !session
  byId('token-in-hand').hidden = !token
  byId('copied').textContent = ''
  tell(byId('no-token'), token ? null : text(lacking()))
  if (token) {
    byId('token-source').replaceChildren(...source(token))
  }
}

/** What is still to be done to have a token. */
function lacking() {
  if (!canSignIn()) {
    return 'token.nonePasted'
  }
  return state.session ? 'token.ready' : 'token.none'
}

function source({ value, pasted }) {
  const expiry = read(value)?.claims.exp
  const parts = [text(pasted ? 'token.wasPasted' : 'token.issued')]
  if (isMoment(expiry)) {
    parts.push(element('br'), text('token.expires'), ' ', moment(expiry))
  }
  return parts
}

function renderSecret() {
  const { token, revealed } = state
  byId('token').textContent = token ? shown(token.value) : ''
  byId('reveal').ariaPressed = String(revealed)
  byId('reveal').textContent = text(revealed ? 'token.hide' : 'token.reveal')
}

/** A token as it is to be shown: shortened, unless somebody wants to see it. */
export function shown(token) {
  return state.revealed ? token : shorten(token)
}
