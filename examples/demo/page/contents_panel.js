// What the token says, as it is going to be sent: read here, verified by nobody yet.

import { text } from './language.js'
import { members } from './members.js'
import { state, watch } from './state.js'
import { read } from './token.js'
import { outgoing } from './verify_panel.js'
import { byId, element, part } from './view.js'

export function startContents() {
  watch(['language', 'token', 'tampering'], render)
}

function render() {
  const token = outgoing()
  byId('contents').hidden = !token
  byId('contents-tampered').hidden = token === state.token?.value
  byId('contents-body').replaceChildren(...(token ? contents(token) : []))
}

function contents(token) {
  const content = read(token)
  if (!content) {
    return [element('p', '', text('contents.unreadable'))]
  }
  return [part('contents.header', members(content.header)), part('contents.claims', members(content.claims))]
}
