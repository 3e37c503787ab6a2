// The state of the backend's keys, live.

import { health } from './backend.js'
import { nameAt } from './issuers.js'
import { text } from './language.js'
import { state, update, watch } from './state.js'
import { duration } from './time.js'
import { byId, element } from './view.js'

const PAUSE = 2_000

export function startKeys() {
  watch(['language', 'health'], render)
  void follow()
}

/** Asks again and again; not while nobody looks. */
async function follow() {
  if (!document.hidden) {
    update({ health: await ask() })
  }
  setTimeout(follow, PAUSE)
}

async function ask() {
  try {
    return await health()
  } catch {
    return { unreachable: true }
  }
}

function render() {
  if (state.health) {
    byId('health').replaceChildren(...lists(state.health))
  }
}

function lists(health) {
  if (health.unreachable) {
    return [element('dl', '', row('keys.state', badge('unreachable')))]
  }
  return health.issuers.map(issuer => element('dl', 'issuer', ...rows(issuer)))
}

function rows(health) {
  const told = [
    ['keys.issuer', element('span', '', nameAt(health.issuer)), ' ', element('code', '', health.issuer)],
    ['keys.state', badge(health.state)],
    ['keys.ids', ...ids(health)],
    ['keys.age', age(health)],
    ['keys.next', nextFetch(health)],
    ['keys.refetch', refetch(health)],
    ['keys.error', failure(health)]
  ]
  return told.filter(([, content]) => content).map(([key, ...content]) => row(key, ...content))
}

function ids({ key_ids }) {
  return key_ids.length ? key_ids.map(id => element('code', '', id)) : [text('keys.none')]
}

function age({ age }) {
  return age !== null && text('keys.ageValue', { duration: duration(age) })
}

function nextFetch({ next_attempt_in: wait }) {
  return wait !== null && (wait ? within(wait) : text('keys.now'))
}

/**
 * A token with an unknown key causes a fetch, but not too soon after the last good one. After a bad one
 * it is the next fetch that counts.
 */
function refetch({ age, failures }) {
  const wait = state.config.refetchCooldown - age
  return age !== null && !failures && (wait > 0 ? within(wait) : text('keys.refetchNow'))
}

function failure({ failures, last_error: error }) {
  return error && text('keys.errorValue', { failures, error })
}

function within(seconds) {
  return text('keys.nextValue', { duration: duration(seconds) })
}

function badge(state) {
  return element('span', `badge ${state}`, text(`keys.${state}`))
}

function row(key, ...content) {
  return element('div', 'member', element('dt', '', text(key)), element('dd', '', ...content))
}
