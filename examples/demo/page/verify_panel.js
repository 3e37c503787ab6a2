// Step 3: the backend is asked. The token can be tampered with first.

import { verify } from './backend.js'
import { asked } from './issuers.js'
import { state, update, watch } from './state.js'
import { read, tamper } from './token.js'
import { byId, onAction } from './view.js'

export function startVerify() {
  watch(['token'], render)
  byId('tampering').addEventListener('change', event => update({ tampering: event.target.value }))
  onAction(byId('verify-form'), 'submit', send)
}

async function send() {
  const carrier = new FormData(byId('verify-form')).get('carrier')
  const { token, tampering } = state
  const sent = { carrier, field: field(), token, tampering: effective(tampering), value: outgoing() }
  update({ outcome: { waiting: true } })
  try {
    const response = await verify(sent.value, carrier, sent.field)
    update({ outcome: { sent, response, at: new Date() } })
  } catch (error) {
    update({ outcome: { problem: error.message } })
  }
  byId('verdict').scrollIntoView({ block: 'nearest' })
}

/** The field of the body that a client of the wallet sends its token in. */
function field() {
  return state.token && asked(state.token.value) === 'omsWallet' ? 'idToken' : 'sequenceToken'
}

/** What goes over the wire; null when there is no token. */
export function outgoing() {
  const { token, tampering } = state
  return token && tamper(token.value, effective(tampering))
}

/** Only what can be read can be changed. */
function effective(tampering) {
  return isReadable() ? tampering : 'none'
}

function isReadable() {
  return state.token !== null && read(state.token.value) !== null
}

function render() {
  byId('tampering').disabled = !isReadable()
}
