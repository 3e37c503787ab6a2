// The server's routes, and the demo issuer's, as a front end calls them.

export async function configuration() {
  const response = await fetch('/config.json')
  return response.json()
}

export function nonce() {
  return call('GET', '/nonce')
}

/** What a front end does with `sequence.getIdToken({ nonce })`. */
export function demoToken(issuer, email, nonce) {
  return call('POST', `${issuer}/demo/token`, { email, nonce })
}

export function logIn(token) {
  return call('POST', '/login', { sequenceToken: token })
}

export function account() {
  return call('GET', '/account')
}

export function logOut() {
  return call('POST', '/logout', {})
}

async function call(method, url, content) {
  const request = content && { headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(content) }
  const response = await fetch(url, { method, ...request })
  const text = await response.text()
  const { pathname } = new URL(url, location.href)
  return { method, path: pathname, status: response.status, body: parsed(text) }
}

/** Some answers have no body. */
function parsed(text) {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
