// A token as the page sees it: read without being verified, shortened, or tampered with.

/** Who a forger would like to be. */
const VICTIM = 'victim@example.com'

/** The header and the claims. They are not verified: anybody can write such a token. */
export function read(token) {
  const [header, claims, signature] = token.split('.')
  try {
    decode(signature)
    return { header: object(header), claims: object(claims) }
  } catch {
    return null
  }
}

/** Enough to recognise a token by, and too little to use it. */
export function shorten(token) {
  return token.length <= 32 ? token : `${token.slice(0, 12)}…${token.slice(-6)}`
}

/** The ways of changing a token on its way to the backend. */
const TAMPERINGS = {
  none: token => token,
  claims: token => changePart(token, 1, json => edit(json, claims => (claims.email = VICTIM))),
  signature: token => changePart(token, 2, flipByte),
  key: token => changePart(token, 0, json => edit(json, header => (header.kid = `${header.kid}x`))),
  algorithm: token => changePart(token, 0, json => edit(json, header => (header.alg = 'none')))
}

export function tamper(token, how) {
  return TAMPERINGS[how](token)
}

function changePart(token, index, change) {
  const parts = token.split('.')
  parts[index] = encode(change(decode(parts[index])))
  return parts.join('.')
}

function edit(json, change) {
  const members = JSON.parse(new TextDecoder().decode(json))
  change(members)
  return new TextEncoder().encode(JSON.stringify(members))
}

function flipByte(bytes) {
  bytes[bytes.length >> 1] ^= 1
  return bytes
}

function object(part) {
  const value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(decode(part)))
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    throw new TypeError('not an object')
  }
  return value
}

function decode(part) {
  const binary = atob(part.replaceAll('-', '+').replaceAll('_', '/'))
  return Uint8Array.from(binary, character => character.charCodeAt(0))
}

function encode(bytes) {
  const base64 = btoa(String.fromCharCode(...bytes))
  return base64.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}
