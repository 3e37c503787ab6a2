// The checks of the backend, in their order.

import { text } from './language.js'
import { CHECKS } from './refusals.js'
import { element, part } from './view.js'

export function checksAhead() {
  return part('flow.expected', list(CHECKS.map(check => line(check, 'skipped'))))
}

/** What the backend checked can be told from its answer: it stops at the first check that fails. */
export function checksMade(status, failed) {
  const last = failed ? CHECKS.indexOf(failed.check) : CHECKS.length
  return list(CHECKS.map((check, index) => judged(check, resultOf(index - last, status))))
}

/** Without keys a check cannot be made, which is no fault of the token. */
function resultOf(distance, status) {
  if (distance === 0) {
    return status === 503 ? 'undecided' : 'failed'
  }
  return distance < 0 ? 'passed' : 'skipped'
}

function judged(check, result) {
  const item = line(check, result)
  item.append(element('span', 'result-word', text(`check.${result}`)))
  return item
}

function line(check, result) {
  return element('li', result, element('span', '', text(`check.${check}`)))
}

function list(lines) {
  return element('ul', 'checks', ...lines)
}
