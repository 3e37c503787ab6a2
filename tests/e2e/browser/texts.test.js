// The words of the page, without a browser.

import assert from 'node:assert/strict'
import { readFileSync, readdirSync } from 'node:fs'
import { test } from 'node:test'

const PAGE = new URL('../../../examples/demo/page/', import.meta.url)

const { english } = await load('english.js')
const { japanese } = await load('japanese.js')
const { CHECKS, refusalOf } = await load('refusals.js')

/** The page's scripts are modules, but no package says so. */
function load(file) {
  const source = readFileSync(new URL(file, PAGE), 'utf8')
  return import(`data:text/javascript,${encodeURIComponent(source)}`)
}

const names = text => (text.match(/\{\w+\}/g) ?? []).sort()
const codes = text => (text.match(/`[^`]*`/g) ?? []).sort()

test('both languages say the same things, with the same names and code in them', () => {
  assert.deepEqual(Object.keys(japanese), Object.keys(english))
  for (const [key, text] of Object.entries(english)) {
    assert.ok(text.trim() && japanese[key].trim(), key)
    assert.deepEqual(names(japanese[key]), names(text), key)
    assert.deepEqual(codes(japanese[key]), codes(text), key)
  }
})

test('every refusal of the layer has its reason and cure', () => {
  const source = readFileSync(new URL('../../../src/error/refusal.rs', import.meta.url), 'utf8')
  const [, table] = source.match(/\nkinds! \{(.*?)\n\}/s)
  const refusals = [...table.matchAll(/^ {8}(\w+):\s+"([^"]+)",$/gm)]
  assert.equal(refusals.length, table.match(/^ {8}\w+:/gm).length)
  assert.ok(refusals.length > 30)
  for (const [, kind, description] of refusals) {
    const refusal = refusalOf(description)
    assert.equal(refusal?.kind, kind, description)
    assert.ok(`refusal.${kind}` in english, kind)
    assert.ok(`cure.${refusal.cure}` in english, refusal.cure)
    assert.ok(CHECKS.includes(refusal.check), kind)
  }
  assert.equal(refusalOf('toString'), null)
})

test('every text is used, and every text that is used is there', () => {
  const files = readdirSync(PAGE).filter(name => /\.(html|js)$/.test(name))
  const sources = files
    .filter(name => !/^(english|japanese|sequence-waas)\.js$/.test(name))
    .map(name => readFileSync(new URL(name, PAGE), 'utf8'))
    .join('\n')
  const used = [...sources.matchAll(/data-text="([^"]+)"|'((?:\w+\.)+\w+)'/g)].map(([, a, b]) => a ?? b)
  const prefixes = [...new Set(Object.keys(english).map(key => key.split('.')[0]))]
  const missing = used.filter(key => prefixes.includes(key.split('.')[0]) && !(key in english))
  assert.deepEqual(missing, [])
  // Some names are put together, from what comes from outside.
  const composed = [...sources.matchAll(/`((?:\w+\.)+)\$\{/g)].map(([, prefix]) => prefix)
  const isUsed = key => used.includes(key) || sources.includes(`'${key}'`)
  const unused = Object.keys(english).filter(key => !composed.some(prefix => key.startsWith(prefix)))
  assert.deepEqual(
    unused.filter(key => !isUsed(key)),
    []
  )
})
