// What the backend's answers say: those of the server's two routes, and the refusals of the layer.

/** The claims that the backend verified; null if it did not accept the token. */
export function verifiedClaims({ status, body }) {
  if (status !== 200) {
    return null
  }
  const answer = JSON.parse(body)
  // The official sample's contract has them in a member of that name, which is an address in ours.
  return typeof answer.wallet === 'object' ? answer.wallet : answer
}

export function playerOf(claims) {
  return { wallet: claims.walletAddress ?? claims.wallet, email: claims.email }
}

/** The refusal, as the layer gives it; null if something else answered. */
export function refusalIn({ body }) {
  try {
    const answer = JSON.parse(body)
    return typeof answer.error_description === 'string' ? answer : null
  } catch {
    return null
  }
}
