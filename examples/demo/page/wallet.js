// The player's side: Sequence's own SDK.

import { forget, recall, remember } from './storage.js'

const DEVICE = 'sequence-auth example'

/** Makes the wallet of a project. The SDK is large, so it comes when it is needed. */
export async function openWallet({ accessKey, projectId, issuer, demo }) {
  const { SequenceWaaS } = await import('./sequence-waas.js')
  const config = {
    projectAccessKey: accessKey,
    // A front end has this key from Sequence Builder. The SDK reads these two members of it.
    waasConfigKey: btoa(JSON.stringify({ projectId, rpcServer: issuer })),
    // The SDK knows the keys of the real Sequence alone: never leave the check out there.
    disableHttpSignatureCheck: demo
  }
  return new Wallet(new SequenceWaaS(config, storeOf(issuer)))
}

/** Keeps the sessions of different issuers apart. */
function storeOf(issuer) {
  const name = key => `${issuer} ${key}`
  return {
    get: async key => recall(name(key)),
    set: async (key, value) => (value ? remember(name(key), value) : forget(name(key)))
  }
}

class Wallet {
  #sequence
  #challenge = null

  constructor(sequence) {
    this.#sequence = sequence
  }

  /** The address, or null for one who is not signed in. */
  async address() {
    return (await this.#sequence.isSignedIn()) ? this.#sequence.getAddress() : null
  }

  async signInAsGuest() {
    const challenge = await this.#sequence.initAuth({ guest: true })
    return this.#sequence.completeAuth(challenge, { sessionName: DEVICE })
  }

  async sendCode(email) {
    this.#challenge = await this.#sequence.initAuth({ email })
  }

  async signInWithCode(code) {
    return this.#sequence.completeAuth(this.#challenge.withAnswer(code), { sessionName: DEVICE })
  }

  async signOut() {
    await this.#sequence.dropSession({ strict: false })
  }

  async idToken(nonce) {
    const { idToken } = await this.#sequence.getIdToken(nonce ? { nonce } : undefined)
    return idToken
  }
}
