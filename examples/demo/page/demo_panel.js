// The levers of the demo issuer: its key changes, and its key endpoint fails.

import { callDemo } from './demo_issuer.js'
import { nameOf, trusted } from './issuers.js'
import { hasText, rich, text } from './language.js'
import { problemOf } from './problem.js'
import { state, update, watch } from './state.js'
import { often } from './time.js'
import { byId, element, onAction, tell } from './view.js'

export async function startDemo() {
  if (!state.config.demo) {
    return
  }
  byId('demo').hidden = false
  watch(['language'], renderIssuers)
  watch(['language', 'demo'], render)
  byId('played').addEventListener('change', () => pull(look))
  onAction(byId('rotate-form'), 'submit', () => pull(rotate))
  onAction(byId('failure-form'), 'submit', () => pull(fail))
  await pull(look)
}

async function pull(lever) {
  try {
    update({ demo: await lever() })
  } catch (error) {
    update({ demo: { ...state.demo, problem: problemOf(error, issuer()) } })
  }
}

async function look() {
  return { report: await call('/demo/state') }
}

async function rotate() {
  const sameKid = byId('same-kid').checked
  const report = await call('/demo/rotate', { sameKid })
  return { report, done: sameKid ? 'demo.rotatedSameKid' : 'demo.rotated' }
}

async function fail() {
  const report = await call('/demo/fail', { mode: byId('failure').value })
  return { report, done: 'demo.failureSet' }
}

/** Each issuer that is played has levers of its own, below its URL. */
function call(path, content) {
  return callDemo(issuer() + path, content)
}

function issuer() {
  return state.config[byId('played').value].issuer
}

function renderIssuers() {
  const chosen = byId('played').value
  byId('played').replaceChildren(...trusted().map(kind => option(kind, nameOf(kind), chosen)))
}

function render() {
  const demo = state.demo ?? {}
  if (demo.report) {
    renderModes(demo.report)
  }
  tell(byId('demo-state'), outcome(demo))
}

/** What came of the last lever; null if none was pulled. */
function outcome({ report, done, problem }) {
  if (problem) {
    return text('demo.failed', { problem })
  }
  if (!done) {
    return null
  }
  const { kid, mode } = report
  return text(done, { kid, mode: modeText(mode), often: often(state.config.refetchCooldown) })
}

function renderModes({ mode, modes }) {
  byId('failure').replaceChildren(...modes.map(name => option(name, modeText(name), mode)))
}

function option(value, words, chosen) {
  const made = element('option', '', ...rich(words))
  made.value = value
  made.selected = value === chosen
  return made
}

function modeText(mode) {
  const key = `failure.${mode}`
  return hasText(key) ? text(key) : mode
}
