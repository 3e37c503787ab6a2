// The page of the example server: sign in, get a token, have the backend verify it, see what happened.

import { configuration } from './backend.js'
import { startContents } from './contents_panel.js'
import { startDemo } from './demo_panel.js'
import { nameOf, trusted } from './issuers.js'
import { startKeys } from './keys_panel.js'
import { choose, language, text, translate } from './language.js'
import { startOms } from './oms_panel.js'
import { startResult } from './result_panel.js'
import { startSignIn } from './sign_in_panel.js'
import { state, update, watch } from './state.js'
import { recall, remember } from './storage.js'
import { refreshMoments } from './time.js'
import { startToken } from './token_panel.js'
import { startVerify } from './verify_panel.js'
import { byId, tell } from './view.js'

watch(['language'], translate)
startSwitches()
await start()

async function start() {
  try {
    update({ config: await configuration() })
  } catch (error) {
    tell(byId('trust'), text('failed.page', { problem: error.message }))
    return
  }
  watch(['language'], renderTrust)
  startToken()
  startOms()
  startVerify()
  startContents()
  startResult()
  startKeys()
  setInterval(refreshMoments, 1_000)
  await Promise.all([startSignIn(), startDemo()])
}

function renderTrust() {
  const { demo, embeddedWallet } = state.config
  byId('trust').classList.toggle('warning', demo)
  const words = demo ? text('trust.demo', embeddedWallet) : trusted().map(accepts).join(' ')
  tell(byId('trust'), words)
}

function accepts(kind) {
  const { projectId: project, issuer } = state.config[kind]
  return text('trust.issuer', { kind: nameOf(kind), project, issuer })
}

function startSwitches() {
  byId('language').value = language()
  byId('language').addEventListener('change', event => {
    choose(event.target.value)
    update({ language: event.target.value })
  })
  byId('theme').value = recall('theme') ?? 'system'
  byId('theme').addEventListener('change', event => {
    remember('theme', event.target.value)
    // The one function of theme.js.
    globalThis.showTheme(event.target.value)
  })
}
