// The request and the response, as they went over the wire.

import { requestWith } from './backend.js'
import { text } from './language.js'
import { shown } from './token_panel.js'
import { element, part } from './view.js'

/** The token is a secret here too: the request is shown as it would be with the shortened one. */
export function exchangePart({ sent, response }) {
  const request = requestWith(sent.value && shown(sent.value), sent.carrier, sent.field)
  return part(
    'exchange.heading',
    block('exchange.request', `${request.method} ${request.path}`, request),
    block('exchange.response', `${response.status} ${response.reason}`, response),
    element('p', 'hint', text('exchange.note'))
  )
}

function block(key, start, { headers, body }) {
  const lines = [start, ...headerLines(headers), ...(body ? ['', body] : [])]
  const pre = element('pre', '', element('code', '', lines.join('\n')))
  return element('div', 'message', element('h4', '', text(key)), pre)
}

function headerLines(headers) {
  return Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
}
