// Makes the browser bundle of the official SDK for the example server's page, and collects the licences of
// what is in it.
//
//     npm ci
//     npm run bundle            # writes both files to examples/demo/page
//     npm run bundle -- --check # fails if they are not what it would write

import { readFile, readdir, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'

import { build } from 'esbuild'

const here = path => fileURLToPath(new URL(path, import.meta.url))
const BUNDLE = here('../../../examples/demo/page/sequence-waas.js')
const LICENSES = here('../../../examples/demo/page/sequence-waas.LICENSES.txt')

const { code, packages } = await bundle()
const files = { [BUNDLE]: code, [LICENSES]: await licenses(packages) }
if (process.argv.includes('--check')) {
  await check(files)
} else {
  await write(files)
}

async function bundle() {
  const { outputFiles, metafile } = await build({
    stdin: { contents: "export { SequenceWaaS } from '@0xsequence/waas'", resolveDir: here('.') },
    absWorkingDir: here('.'),
    banner: { js: '/* @0xsequence/waas and what it needs. Licences: sequence-waas.LICENSES.txt */' },
    bundle: true,
    charset: 'ascii',
    format: 'esm',
    legalComments: 'none',
    metafile: true,
    minify: true,
    target: 'es2022',
    write: false
  })
  // Only what contributes code, not all that was looked at.
  const [{ inputs }] = Object.values(metafile.outputs)
  const contributing = Object.keys(inputs).filter(path => inputs[path].bytesInOutput > 0)
  return { code: outputFiles[0].text, packages: packagesOf(contributing) }
}

/** The directories of the packages that the paths lie in. */
function packagesOf(paths) {
  const directories = paths.map(path => path.match(/^.*node_modules\/(?:@[^/]+\/)?[^/]+/)?.[0])
  return [...new Set(directories.filter(Boolean))].sort()
}

/** One section for each text, under the packages that have it. */
async function licenses(packages) {
  const holders = new Map()
  for (const { holder, text } of await Promise.all(packages.map(license))) {
    holders.set(text, [...(holders.get(text) ?? []), holder])
  }
  const sections = [...holders].map(([text, names]) => `${names.join('\n')}\n\n${text}\n`)
  const line = '-'.repeat(78)
  return ['The bundle sequence-waas.js holds code of these packages.\n', ...sections].join(`\n${line}\n\n`)
}

async function license(directory) {
  const { name, version, license } = JSON.parse(await readFile(here(`${directory}/package.json`), 'utf8'))
  const file = (await readdir(here(directory))).find(name => /^licen[sc]e/i.test(name))
  const text = await readFile(here(`${directory}/${file}`), 'utf8')
  return { holder: `${name} ${version} (${license})`, text: withoutTrailingSpace(text) }
}

function withoutTrailingSpace(text) {
  return text.replaceAll(/[ \t\r]+$/gm, '').trim()
}

async function write(files) {
  for (const [path, content] of Object.entries(files)) {
    await writeFile(path, content)
    console.log(`${path}: ${content.length} characters`)
  }
}

async function check(files) {
  for (const [path, content] of Object.entries(files)) {
    if ((await readFile(path, 'utf8')) !== content) {
      console.error(`${path} is not what the script makes: run "npm run bundle" in tests/e2e/sdk`)
      process.exitCode = 1
    }
  }
}
