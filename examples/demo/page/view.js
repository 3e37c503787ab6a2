// Making elements, and what more than one panel needs. Text is text here: nothing is read as HTML.

import { rich, text } from './language.js'

export const byId = id => document.getElementById(id)

export function element(tag, className, ...children) {
  const made = document.createElement(tag)
  if (className) {
    made.className = className
  }
  made.append(...children)
  return made
}

/** Shows a text, or hides the element if there is none. */
export function tell(target, string) {
  target.hidden = !string
  target.replaceChildren(...rich(string ?? ''))
}

/** Runs what a button or form starts, once at a time, and shows that it is under way. */
export function onAction(target, event, action) {
  target.addEventListener(event, async happened => {
    happened.preventDefault()
    if (target.ariaBusy === 'true') {
      return
    }
    target.ariaBusy = 'true'
    try {
      await action()
    } finally {
      target.ariaBusy = 'false'
    }
  })
}

/** A heading with what belongs to it. */
export function part(key, ...children) {
  return element('section', 'part', element('h3', '', text(key)), ...children)
}
