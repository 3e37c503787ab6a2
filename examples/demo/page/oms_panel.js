// Step 2, for a player of OMS Wallet: the demo issuer signs a token, without signing in.

import { callDemo } from './demo_issuer.js'
import { text } from './language.js'
import { problemOf } from './problem.js'
import { state, update } from './state.js'
import { byId, onAction, tell } from './view.js'

export function startOms() {
  byId('oms').hidden = !state.config.demo
  onAction(byId('oms-form'), 'submit', getToken)
}

async function getToken() {
  tell(byId('token-problem'), null)
  const { issuer } = state.config.embeddedWallet
  const omsEmail = byId('oms-email').value.trim()
  try {
    const { idToken: value } = await callDemo(`${issuer}/demo/oms-token`, { email: omsEmail })
    update({ token: { value, omsEmail, at: new Date() } })
  } catch (error) {
    tell(byId('token-problem'), text('token.failed', { problem: problemOf(error, issuer) }))
  }
}
