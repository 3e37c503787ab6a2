// Times as a person reads them: `<time>` elements that say when, and how far away that is.

import { locale, text } from './language.js'

const UNITS = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1]
]

/** The moment of a number of seconds since the Unix epoch. */
export function moment(seconds) {
  const date = new Date(seconds * 1000)
  const element = document.createElement('time')
  element.dateTime = date.toISOString()
  element.dataset.seconds = seconds
  show(element)
  return element
}

/** Brings what is shown up to date: "in 9 minutes" does not stay true. */
export function refreshMoments() {
  document.querySelectorAll('time[data-seconds]').forEach(show)
}

/** The time of day, for what has just happened. */
export function clock(date) {
  return date.toLocaleTimeString(locale())
}

/** Whether a number of seconds is a time that JavaScript can tell. */
export function isMoment(seconds) {
  return Number.isFinite(seconds) && Math.abs(seconds) <= 8.64e12
}

export function duration(seconds) {
  const [count, unit] = inUnits(seconds)
  return new Intl.NumberFormat(locale(), { style: 'unit', unit, unitDisplay: 'long' }).format(count)
}

/** How often something is done that may be done twice in a row, and then after a pause of so many seconds. */
export function often(cooldown) {
  return cooldown ? text('time.often', { cooldown }) : text('time.eachTime')
}

function show(element) {
  const seconds = Number(element.dataset.seconds)
  const style = { dateStyle: 'medium', timeStyle: 'medium' }
  const absolute = new Date(seconds * 1000).toLocaleString(locale(), style)
  element.textContent = text('time.moment', { absolute, relative: relative(seconds) })
}

function relative(seconds) {
  const [count, unit] = inUnits(seconds - Date.now() / 1000)
  return new Intl.RelativeTimeFormat(locale(), { numeric: 'auto' }).format(count, unit)
}

/** Counts in the largest unit of which there are at least two. */
function inUnits(seconds) {
  const [unit, length] = UNITS.find(([, length]) => Math.abs(seconds) >= 2 * length) ?? UNITS.at(-1)
  return [Math.round(seconds / length), unit]
}
