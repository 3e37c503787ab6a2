// The verdict in words: what it is, why, and what helps.

import { playerOf, refusalIn, verifiedClaims } from './answer.js'
import { asked, nameOf } from './issuers.js'
import { rich, text } from './language.js'
import { refusalOf } from './refusals.js'
import { state } from './state.js'
import { duration, often } from './time.js'
import { element } from './view.js'

/** The checks that no issuer has a part in. */
const BEFORE_ISSUER = new Set(['request', 'form'])

export function verdict(response, sent) {
  const claims = verifiedClaims(response)
  return claims ? accepted(claims, response.status, sent) : refused(response, sent)
}

/** When there is no response at all. */
export function unanswered(problem) {
  return card('refused', 'result.unanswered', '', paragraph(text('verify.failed', { problem })))
}

function accepted(claims, status, sent) {
  const { wallet, email } = playerOf(claims)
  const key = email ? 'result.acceptedWhoEmail' : 'result.acceptedWho'
  const who = paragraph(text(key, { wallet, email }))
  return card('accepted', 'result.accepted', String(status), who, ...judge(sent))
}

function refused(response, sent) {
  const { status } = response
  const refusal = refusalIn(response)
  // No keys, no judgement.
  const kind = status === 503 ? 'undecided' : 'refused'
  const code = refusal ? `${status} ${refusal.error}` : String(status)
  return card(kind, `result.${kind}`, code, ...explanation(refusal, response, sent))
}

function explanation(refusal, response, sent) {
  const { status } = response
  if (!refusal) {
    return [paragraph(text('result.unexplained', { status }))]
  }
  const known = refusalOf(refusal.error_description)
  const wording = named('result.wording', element('q', '', refusal.error_description))
  if (!known) {
    return [paragraph(text('result.unknown', { status })), wording]
  }
  const fetches = often(state.config.refetchCooldown)
  return [
    named('result.reason', ...rich(text(`refusal.${known.kind}`))),
    named('result.cure', ...rich(text(`cure.${known.cure}`, { often: fetches })), ...wait(response)),
    ...(BEFORE_ISSUER.has(known.check) ? [] : judge(sent)),
    wording
  ]
}

/** Whose keys and rules the verdict is by: the algorithm that the token names tells. */
function judge({ value }) {
  const kind = asked(value)
  if (!kind) {
    return []
  }
  const { issuer } = state.config[kind]
  return [named('result.issuer', ...rich(text('result.issuerValue', { kind: nameOf(kind), issuer })))]
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
