// Names and values, as a token or an answer of the backend holds them.

import { hasText, text } from './language.js'
import { isMoment, moment } from './time.js'
import { element } from './view.js'

const TIMES = new Set(['iat', 'exp', 'nbf', 'auth_time', 'issued_at', 'expires_at', 'authenticated_at'])

/** A list of members, with a word on those that are known, and times as times. */
export function members(object) {
  const list = element('dl', 'members')
  for (const [name, value] of Object.entries(object)) {
    const item = element('div', 'member', element('dt', '', ...term(name)))
    item.append(element('dd', '', ...content(name, value)))
    list.append(item)
  }
  return list
}

function term(name) {
  // The identity claim is named after the issuer.
  const key = name.endsWith('/identity') ? 'claim.identity' : `claim.${name}`
  const code = element('code', '', name)
  return hasText(key) ? [code, element('span', 'gloss', text(key))] : [code]
}

function content(name, value) {
  if (TIMES.has(name) && isMoment(value)) {
    return [element('code', '', String(value)), element('br'), moment(value)]
  }
  return [element('code', '', typeof value === 'string' ? value : inJson(value))]
}

function inJson(value) {
  return JSON.stringify(value, null, Array.isArray(value) ? 0 : 2)
}
