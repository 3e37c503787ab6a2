// What came of it: the verdict, and the account of how it came about.

import { refusalIn, verifiedClaims } from './answer.js'
import { checksAhead } from './checks.js'
import { exchangePart } from './exchange.js'
import { flowPart } from './flow.js'
import { text } from './language.js'
import { members } from './members.js'
import { refusalOf } from './refusals.js'
import { state, watch } from './state.js'
import { unanswered, verdict } from './verdict.js'
import { byId, element, part } from './view.js'

export function startResult() {
  // Apart, so that a screen reader says the verdict once.
  watch(['language', 'outcome'], renderVerdict)
  watch(['language', 'outcome', 'revealed'], renderAccount)
}

function renderVerdict() {
  const { outcome } = state
  byId('verdict').replaceChildren(outcome ? outcomeOf(outcome) : hint('result.none'))
}

function outcomeOf({ waiting, problem, response, sent }) {
  if (waiting) {
    return hint('result.waiting')
  }
  return response ? verdict(response, sent) : unanswered(problem)
}

function hint(key) {
  return element('p', 'hint', text(key))
}

function renderAccount() {
  const { outcome } = state
  byId('account').replaceChildren(...(outcome ? account(outcome) : [checksAhead()]))
}

function account(outcome) {
  const { response } = outcome
  if (!response) {
    return []
  }
  const failed = refusalOf(refusalIn(response)?.error_description)
  const claims = verifiedClaims(response)
  const verified = claims ? [verifiedPart(claims)] : []
  return [flowPart(outcome, failed), ...verified, exchangePart(outcome)]
}

function verifiedPart(claims) {
  return part('verified.heading', hint('verified.hint'), members(claims))
}
