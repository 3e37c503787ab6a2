// What the page remembers. A browser may forbid storage; then it lasts as long as the page.

const memory = new Map()

export function recall(key) {
  try {
    return localStorage.getItem(key)
  } catch {
    return memory.get(key) ?? null
  }
}

export function remember(key, value) {
  try {
    localStorage.setItem(key, value)
  } catch {
    memory.set(key, value)
  }
}

export function forget(key) {
  try {
    localStorage.removeItem(key)
  } catch {
    memory.delete(key)
  }
}
