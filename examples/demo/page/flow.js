// What happened, step by step.

import { checksMade } from './checks.js'
import { text } from './language.js'
import { clock } from './time.js'
import { element, part } from './view.js'

export function flowPart(outcome, failed) {
  const { sent, response, at } = outcome
  const { status, milliseconds } = response
  const steps = [
    ...origin(sent.token),
    ...tampered(sent.tampering),
    step(sentText(sent)),
    ...checked(status, failed),
    step(text('flow.answered', { status, milliseconds }), at)
  ]
  return part('flow.heading', element('ol', 'flow', ...steps))
}

function step(words, at, ...more) {
  const item = element('li', '', element('span', '', words))
  if (at) {
    item.append(element('span', 'clock', clock(at)))
  }
  item.append(...more)
  return item
}

function origin(token) {
  if (!token) {
    return [step(text('flow.noToken'))]
  }
  if (token.pasted) {
    return [step(text('flow.pasted'), token.at)]
  }
  const { session, nonce, omsEmail } = token
  if (omsEmail) {
    return [step(text('flow.omsToken', { email: omsEmail }), token.at)]
  }
  const issued = nonce ? text('flow.tokenNonce', { nonce }) : text('flow.token')
  return [step(signedInText(session), session.at), step(issued, token.at)]
}

function signedInText({ email, at }) {
  if (email) {
    return text('flow.signedInEmail', { email })
  }
  return text(at ? 'flow.signedInGuest' : 'flow.signedInBefore')
}

function tampered(tampering) {
  if (tampering === 'none') {
    return []
  }
  return [step(text(`tampered.${tampering}`))]
}

function sentText({ token, carrier }) {
  if (!token) {
    return text('flow.sentNothing')
  }
  return text(carrier === 'bearer' ? 'flow.sentBearer' : 'flow.sentBody')
}

/** Nothing is claimed about the checks when the answer does not tell. */
function checked(status, failed) {
  const isTold = status === 200 || failed
  return isTold ? [step(text('flow.checked'), null, checksMade(status, failed))] : []
}
