// A player's client: the official SDK as a game in Node would use it.

import { SequenceWaaS } from '@0xsequence/waas'

export const PROJECT_ID = 13639

/** Signs in as a guest, or by email. */
export async function signIn(server, identity) {
  const sequence = client(server)
  // The demo issuer sends no email, and takes any code.
  sequence.onEmailAuthCodeRequired(respondWithCode => respondWithCode('123456'))
  const player = await sequence.signIn(identity, 'a test')
  return { sequence, ...player }
}

export async function idToken(player, options) {
  return (await player.sequence.getIdToken(options)).idToken
}

function client(server) {
  const waasConfigKey = btoa(JSON.stringify({ projectId: PROJECT_ID, rpcServer: server.issuer }))
  const config = { projectAccessKey: 'any', waasConfigKey, disableHttpSignatureCheck: true }
  return new SequenceWaaS(config, undefined, undefined, memoryStore())
}

// In the browser the SDK keeps its session's key in IndexedDB, which Node does not have.
function memoryStore() {
  const values = new Map()
  const id = (...names) => names.join('/')
  return {
    get: async (database, store, key) => values.get(id(database, store, key)) ?? null,
    set: async (database, store, key, value) => Boolean(values.set(id(database, store, key), value)),
    delete: async (database, store, key) => values.delete(id(database, store, key))
  }
}
