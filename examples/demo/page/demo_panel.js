// The levers of the demo issuer: its key changes, and its key endpoint fails.

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
  watch(['language', 'demo'], render)
  onAction(byId('rotate-form'), 'submit', () => pull(rotate))
  onAction(byId('failure-form'), 'submit', () => pull(fail))
  await pull(async () => ({ report: await call('/demo/state') }))
}

async function pull(lever) {
  try {
    update({ demo: await lever() })
  } catch (error) {
    update({ demo: { ...state.demo, problem: problemOf(error) } })
  }
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

async function call(path, content) {
  const request = content && {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(content)
  }
  const response = await fetch(state.config.issuer + path, request)
  if (!response.ok) {
    throw new Error(`${response.status} ${await response.text()}`)
  }
  return response.json()
}

function render() {
  const { report, done, problem } = state.demo ?? {}
  if (report) {
    renderModes(report)
  }
  if (problem) {
    tell(byId('demo-state'), text('demo.failed', { problem }))
  } else if (done) {
    const { kid, mode } = report
    const asked = often(state.config.refetchCooldown)
    tell(byId('demo-state'), text(done, { kid, mode: modeText(mode), often: asked }))
  }
}

function renderModes({ mode, modes }) {
  byId('failure').replaceChildren(
    ...modes.map(name => {
      const option = element('option', '', ...rich(modeText(name)))
      option.value = name
      option.selected = name === mode
      return option
    })
  )
}

function modeText(mode) {
  const key = `failure.${mode}`
  return hasText(key) ? text(key) : mode
}
