// The demo issuer, as the page calls it without the SDK.

export async function callDemo(url, content) {
  const request = content && {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(content)
  }
  const response = await fetch(url, request)
  if (!response.ok) {
    throw new Error(`${response.status} ${await response.text()}`)
  }
  return response.json()
}
