// The words of the page, in the language that was chosen or that the browser asks for.

import { english } from './english.js'
import { japanese } from './japanese.js'
import { recall, remember } from './storage.js'

const languages = { en: english, ja: japanese }

let current = initial()

function initial() {
  const wished = [recall('language'), ...navigator.languages]
  const known = wished.map(tag => tag?.split('-')[0]).find(tag => Object.hasOwn(languages, tag))
  return known ?? 'en'
}

export function language() {
  return current
}

export function choose(tag) {
  current = tag
  remember('language', tag)
}

/** The language as the browser asks for it, with its region: for dates and numbers. */
export function locale() {
  return navigator.languages.find(tag => tag.split('-')[0] === current) ?? current
}

/** The text of a key, with its `{names}` filled in. */
export function text(key, values = {}) {
  return languages[current][key].replace(/\{(\w+)\}/g, (_, name) => values[name])
}

/** Whether there is a text: what comes from outside may be unknown. */
export function hasText(key) {
  return Object.hasOwn(languages[current], key)
}

/** Fills in every element that names its text. */
export function translate() {
  document.documentElement.lang = current
  document.title = text('documentTitle')
  for (const element of document.querySelectorAll('[data-text]')) {
    element.replaceChildren(...rich(text(element.dataset.text)))
  }
}

/** A text as nodes; what stands in backticks is code. Options hold nothing but text. */
export function rich(string) {
  return string.split('`').map((part, index) => (index % 2 === 0 ? new Text(part) : code(part)))
}

function code(content) {
  const element = document.createElement('code')
  element.textContent = content
  return element
}
