// What went wrong between the page and the issuer, in words.

import { text } from './language.js'

/** The cause that the issuer gives when it no longer knows a session. */
const SESSION_GONE = 'session invalid or not found'

/** What an issuer was asked for, and did not give. */
export function problemOf(error, issuer) {
  if (isUnreachable(error)) {
    return text('problem.unreachable', { issuer })
  }
  return [error.message, error.cause].filter(Boolean).join(': ')
}

export function isSessionGone(error) {
  return String(error.cause).includes(SESSION_GONE)
}

/** `fetch` fails with a TypeError, which the SDK puts into an error of its own. */
function isUnreachable(error) {
  return error instanceof TypeError || error.name === 'WebrpcRequestFailed'
}
