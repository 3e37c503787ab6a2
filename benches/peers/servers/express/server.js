// Does what Sequence's guide shows for an Express server: the token comes in the JSON body, its key is found by
// `kid` in the key set, which is cached for a day, and jsonwebtoken checks it.
//
// PORT=0 JWKS_URL=… AUDIENCE=… node server.js

import express from 'express'
import jwt from 'jsonwebtoken'
import jwksClient from 'jwks-rsa'

const { PORT, JWKS_URL, AUDIENCE } = process.env

const client = jwksClient({ jwksUri: JWKS_URL, cache: true, cacheMaxAge: 24 * 60 * 60 * 1000 })

async function verify(token) {
  const decoded = jwt.decode(token, { complete: true })
  if (!decoded) throw new Error('Invalid token')
  const key = await client.getSigningKey(decoded.header.kid)
  const claims = jwt.verify(token, key.getPublicKey(), { algorithms: ['RS256'], audience: AUDIENCE })
  if (!claims.email || typeof claims.email !== 'string') throw new Error('Invalid email claim')
  return claims
}

const app = express()
app.use(express.json())

app.post('/', async (request, response) => {
  try {
    await verify(request.body.sequenceToken)
  } catch {
    response.status(401).json({ verified: false })
    return
  }
  response.json({ verified: true })
})

const server = app.listen(Number(PORT), '127.0.0.1', () => {
  console.log(`Express: http://127.0.0.1:${server.address().port}`)
})
