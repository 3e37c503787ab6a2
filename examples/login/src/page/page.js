// The page of the login example: nonce, token, login, account, logout; and a replay, which is refused.

import { account, configuration, demoToken, logIn, logOut, nonce } from './calls.js'

const byId = id => document.getElementById(id)

const { issuer, demo } = await configuration()
tell(
  byId('trust'),
  demo
    ? `Demo: tokens come from an issuer at ${issuer}, which signs for anybody. Not for production.`
    : `This server trusts ${issuer}. Get a token with your own front end, and paste it in step 3.`
)
byId('trust').classList.toggle('warning', demo)
byId('token-form').hidden = !demo
byId('demo-hint').hidden = !demo

/** The nonce that the next token is to have. */
let current

on('get-nonce', 'click', 'nonce-answer', 'A nonce for this browser', async () => {
  const answer = await nonce()
  current = answer.body?.nonce
  return answer
})

on('token-form', 'submit', 'token-answer', 'Signed: the token is in step 3', async () => {
  if (!current) {
    throw new Error('Get a nonce first.')
  }
  const { body, ...answer } = await demoToken(issuer, byId('email').value, current)
  byId('token').value = body?.idToken ?? ''
  return answer
})

on('log-in-form', 'submit', 'log-in-answer', 'Logged in: a session has begun', sendToken)
on('replay', 'click', 'log-in-answer', 'Logged in again', sendToken)
on('show-account', 'click', 'account-answer', 'Your account', account)
on('log-out', 'click', 'account-answer', 'Logged out: the session has ended', logOut)

async function sendToken() {
  const answer = await logIn(byId('token').value.trim())
  byId('replay').hidden &&= answer.status !== 200
  return answer
}

/** Does something once at a time, and shows what was answered. */
function on(id, event, output, success, action) {
  byId(id).addEventListener(event, async happened => {
    happened.preventDefault()
    const target = byId(id)
    if (target.ariaBusy === 'true') {
      return
    }
    target.ariaBusy = 'true'
    try {
      byId(output).replaceChildren(verdict(success, await action()))
    } catch (error) {
      byId(output).replaceChildren(element('p', 'notice problem', error.message))
    } finally {
      target.ariaBusy = 'false'
    }
  })
}

function verdict(success, { method, path, status, body }) {
  const [outcome, words] = judged(status, success)
  const title = element('h3', 'verdict-title', words, element('code', '', `${method} ${path} ${status}`))
  const made = element('div', `verdict ${outcome}`, title)
  if (body?.error_description) {
    made.append(element('p', '', `The server says: ${body.error_description}.`))
  }
  if (body) {
    made.append(element('pre', '', element('code', '', JSON.stringify(body, null, 2))))
  }
  return made
}

function judged(status, success) {
  if (status < 400) {
    return ['accepted', success]
  }
  const isTemporary = status === 429 || status >= 500
  return isTemporary ? ['undecided', 'Not now'] : ['refused', 'Refused']
}

/** Text is text here: nothing is read as HTML. */
function element(tag, className, ...children) {
  const made = document.createElement(tag)
  made.className = className
  made.append(...children)
  return made
}

function tell(target, text) {
  target.hidden = false
  target.textContent = text
}
