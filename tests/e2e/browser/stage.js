// What each file of tests has for itself: the example server with its demo issuer, and a browser.

import { after, before } from 'node:test'

import { ExampleServer } from '../sdk/example_server.js'
import { launch } from './visit.js'

export const limits = { timeout: 60_000 }

export let server, browser
before(
  async () => {
    server = await ExampleServer.start()
    browser = await launch()
  },
  { timeout: 30_000 }
)
after(async () => {
  await browser?.close()
  await server?.stop()
})
