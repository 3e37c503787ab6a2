// Step 1: the player signs in with Sequence.

import { text } from './language.js'
import { problemOf } from './problem.js'
import { state, update, watch } from './state.js'
import { byId, onAction, tell } from './view.js'
import { openWallet } from './wallet.js'

export async function startSignIn() {
  watch(['language', 'wallet', 'session'], render)
  onAction(byId('email-form'), 'submit', () => attempt(sendCode, 'signIn.failed'))
  onAction(byId('code-form'), 'submit', () => attempt(signInWithCode, 'signIn.failed'))
  onAction(byId('guest'), 'click', () => attempt(signInAsGuest, 'signIn.failed'))
  onAction(byId('sign-out'), 'click', () => attempt(signOut, 'signIn.outFailed'))
  if (canSignIn()) {
    await attempt(resume, 'signIn.failed')
  }
}

/** Whether there is an Embedded Wallet to sign in with, and what that takes. */
export function canSignIn() {
  return Boolean(state.config.embeddedWallet && state.config.accessKey)
}

/** Ends a session that the issuer has forgotten, and says so. */
export async function endSession(error) {
  await signOut()
  tell(byId('sign-in-problem'), text('signIn.sessionGone', { problem: explained(error) }))
}

async function attempt(action, failure) {
  tell(byId('sign-in-problem'), null)
  try {
    await action()
  } catch (error) {
    tell(byId('sign-in-problem'), text(failure, { problem: explained(error) }))
  }
}

function explained(error) {
  return problemOf(error, state.config.embeddedWallet.issuer)
}

/** Finds out whether the player is still signed in from an earlier visit. */
async function resume() {
  const { embeddedWallet, accessKey, demo } = state.config
  const wallet = await openWallet({ ...embeddedWallet, accessKey, demo })
  const address = await wallet.address()
  update({ wallet, session: address && { wallet: address } })
}

async function sendCode() {
  const email = byId('email').value.trim()
  await state.wallet.sendCode(email)
  const hint = state.config.demo ? 'signIn.codeDemo' : 'signIn.codeSequence'
  tell(byId('code-hint'), text(hint, { email }))
  byId('code-form').hidden = false
  byId('code').value = ''
  byId('code').focus()
}

async function signInWithCode() {
  try {
    signedIn(await state.wallet.signInWithCode(byId('code').value.trim()))
  } catch (error) {
    if (error.name !== 'AnswerIncorrect') {
      throw error
    }
    tell(byId('sign-in-problem'), text('signIn.wrongCode'))
  }
}

async function signInAsGuest() {
  signedIn(await state.wallet.signInAsGuest())
}

function signedIn({ wallet, email }) {
  update({ session: { wallet, email, at: new Date() }, token: null })
  // What had the focus is gone.
  byId('get-token').focus()
}

async function signOut() {
  await state.wallet.signOut()
  update({ session: null, token: null })
  byId('sign-in-heading').focus()
}

function render() {
  const { wallet, session } = state
  tell(byId('no-access-key'), canSignIn() ? null : text(lacking()))
  byId('signed-out').hidden = !wallet || Boolean(session)
  byId('signed-in').hidden = !session
  if (session) {
    byId('code-form').hidden = true
    tell(byId('session'), sessionText(session))
  }
}

/** What is not there to sign in with. */
function lacking() {
  return state.config.embeddedWallet ? 'signIn.noAccessKey' : 'signIn.omsAlone'
}

function sessionText({ wallet, email, at }) {
  if (email) {
    return text('signIn.asEmail', { email, wallet })
  }
  return text(at ? 'signIn.asGuest' : 'signIn.asBefore', { wallet })
}
