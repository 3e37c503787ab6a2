// The verdict in words: what it is, why, and what helps.

import { playerOf, refusalIn, verifiedClaims } from './answer.js'
import { rich, text } from './language.js'
import { refusalOf } from './refusals.js'
import { state } from './state.js'
import { duration, often } from './time.js'
import { element } from './view.js'

export function verdict(response) {
  const claims = verifiedClaims(response)
  return claims ? accepted(claims, response.status) : refused(response)
}

/** When there is no response at all. */
export function unanswered(problem) {
  return card('refused', 'result.unanswered', '', paragraph(text('verify.failed', { problem })))
}

function accepted(claims, status) {
  const { wallet, email } = playerOf(claims)
  const key = email ? 'result.acceptedWhoEmail' : 'result.acceptedWho'
  return card('accepted', 'result.accepted', String(status), paragraph(text(key, { wallet, email })))
}

function refused(response) {
  const { status } = response
  const refusal = refusalIn(response)
  // No keys, no judgement.
  const kind = status === 503 ? 'undecided' : 'refused'
  const code = refusal ? `${status} ${refusal.error}` : String(status)
  return card(kind, `result.${kind}`, code, ...explanation(refusal, response))
}

function explanation(refusal, response) {
  const { status } = response
  if (!refusal) {
    return [paragraph(text('result.unexplained', { status }))]
  }
  const known = refusalOf(refusal.error_description)
  const wording = named('result.wording', element('q', '', refusal.error_description))
  if (!known) {
    return [paragraph(text('result.unknown', { status })), wording]
  }
  const asked = often(state.config.refetchCooldown)
  return [
    named('result.reason', ...rich(text(`refusal.${known.kind}`))),
    named('result.cure', ...rich(text(`cure.${known.cure}`, { often: asked })), ...wait(response)),
    wording
  ]
}

function wait(response) {
  const seconds = Number(response.headers['retry-after'])
  return seconds ? [' ', ...rich(text('result.retryAfter', { duration: duration(seconds) }))] : []
}

function paragraph(words) {
  return element('p', '', ...rich(words))
}

function named(key, ...content) {
  return element('p', '', element('strong', 'name', text(key)), ...content)
}

function card(kind, key, code, ...content) {
  const title = element('p', 'verdict-title', element('strong', '', text(key)))
  if (code) {
    title.append(element('code', '', code))
  }
  return element('div', `verdict ${kind}`, title, ...content)
}
