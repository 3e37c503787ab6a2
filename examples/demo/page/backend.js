// The backend's side, as a front end calls it.

/** Response headers that say something about the verdict. */
const TELLING = ['content-type', 'cache-control', 'www-authenticate', 'retry-after']

export async function configuration() {
  const response = await fetch('/config.json')
  return response.json()
}

export async function health() {
  const response = await fetch('/healthz')
  return response.json()
}

/** Sends a token, or none, in a field of the body or as a bearer token. */
export async function verify(token, carrier, field) {
  const { method, path, headers, body } = requestWith(token, carrier, field)
  const begun = performance.now()
  const response = await fetch(path, { method, headers, body })
  const content = await response.text()
  return {
    status: response.status,
    reason: response.statusText,
    headers: tellingHeaders(response),
    body: content,
    milliseconds: Math.round(performance.now() - begun)
  }
}

export function requestWith(token, carrier, field) {
  return carrier === 'bearer' ? bearerRequest(token) : bodyRequest(token, field)
}

function bodyRequest(token, field) {
  return {
    method: 'POST',
    path: '/api/verify-wallet',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(token ? { [field]: token } : {})
  }
}

function bearerRequest(token) {
  return { method: 'GET', path: '/me', headers: token ? { Authorization: `Bearer ${token}` } : {} }
}

function tellingHeaders(response) {
  const present = TELLING.filter(name => response.headers.has(name))
  return Object.fromEntries(present.map(name => [name, response.headers.get(name)]))
}
