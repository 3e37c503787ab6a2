// The issuers that the backend trusts, and which of them it asks about a token.

import { text } from './language.js'
import { state } from './state.js'
import { read } from './token.js'

/** Each kind of issuer, by its name in the configuration, with the one algorithm of its tokens. */
const ALGORITHMS = { embeddedWallet: 'RS256', omsWallet: 'ES256' }

/** The kinds that the backend trusts. */
export function trusted() {
  return Object.keys(ALGORITHMS).filter(kind => state.config[kind])
}

/** The kind that the backend asks about a token; null if it trusts none of that algorithm, or cannot tell. */
export function asked(token) {
  const algorithm = token && read(token)?.header.alg
  return trusted().find(kind => ALGORITHMS[kind] === algorithm) ?? null
}

export function nameOf(kind) {
  return text(`issuer.${kind}`)
}

/** The name of the issuer with a URL, if it is one that the backend trusted when the page was loaded. */
export function nameAt(url) {
  const found = trusted().find(kind => state.config[kind].issuer === url)
  return found ? nameOf(found) : ''
}
