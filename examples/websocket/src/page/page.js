const PROTOCOL = 'echo.v1'
const element = id => document.getElementById(id)
const buttons = element('say').querySelectorAll('button')

let socket

function log(text) {
  const entry = document.createElement('li')
  entry.textContent = text
  element('log').append(entry)
}

/** In an application: `sequence.getIdToken()`. */
async function getIdToken() {
  const answer = await fetch(`/demo/token?seconds=${element('seconds').valueAsNumber}`)
  return answer.text()
}

function open(token, way) {
  const url = new URL(way === 'subprotocol' ? '/echo' : '/echo-by-message', location.href)
  url.protocol = url.protocol.replace('http', 'ws')
  // The server chooses the first one, and never sees the second.
  if (way === 'subprotocol') return new WebSocket(url, [PROTOCOL, `token.${token}`])
  const opened = new WebSocket(url, [PROTOCOL])
  opened.addEventListener('open', () => opened.send(JSON.stringify({ token })))
  return opened
}

function show(message) {
  const { welcome, echo } = JSON.parse(message)
  if (welcome) log(`welcome ${welcome.wallet} until ${new Date(welcome.expiresAt * 1000).toLocaleTimeString()}`)
  else log(`echo: ${echo}`)
}

element('connect').addEventListener('submit', async event => {
  event.preventDefault()
  socket?.close()
  const way = new FormData(event.target).get('way')
  socket = open(await getIdToken(), way)
  socket.addEventListener('open', () => {
    log(`open, protocol ${socket.protocol}`)
    for (const button of buttons) button.disabled = false
  })
  socket.addEventListener('message', ({ data }) => show(data))
  socket.addEventListener('close', ({ code, reason }) => {
    log(`closed, ${code} ${reason}`)
    for (const button of buttons) button.disabled = true
  })
})

element('say').addEventListener('submit', event => {
  event.preventDefault()
  socket.send(JSON.stringify({ say: element('text').value }))
})

element('renew').addEventListener('click', async () => socket.send(JSON.stringify({ token: await getIdToken() })))
