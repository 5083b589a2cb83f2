// Answers questions, one JSON line each, by other implementations of Salesforce's languages.
//
// The first line says what is asked over: {"now": 1770824420000, "records": {"full": {"Amount": {"type": "number",
// "value": 5}}}}. A formula, {"oracle": "formulon", "text": "Amount + 1", "record": "full", "zero": false}, gives
// {"value": "6"}, {"blank": true}, {"error": "why not"} or {"lacks": "the function's name"}. Values are texts: numbers
// as JavaScript writes them, true and false, 2026-01-31, 2026-01-31 09:30:00, 09:30:00.000. A query, {"oracle": "soql",
// "text": "SELECT Id FROM Account"}, gives the text that is made of its tree again and what the tree holds, or why it
// cannot be read.

import { createInterface } from 'node:readline'

import { composeQuery, parseQuery } from '@jetstreamapp/soql-parser-js'
import formulon from 'formulon'
import sformula from 'sformula'

process.env.TZ = 'UTC'
const RealDate = Date
let now = 0 // milliseconds since 1970
let records = {}

// Both libraries read the clock themselves: they are given ours.
globalThis.Date = class extends RealDate {
  constructor(...given) {
    super(...(given.length ? given : [now]))
  }

  static now() {
    return now
  }
}

const moment = (value) => new RealDate(value)

const iso = (value, kind) => {
  const text = value.toISOString()
  if (kind === 'date') return text.slice(0, 10)
  return kind === 'time' ? text.slice(11, 23) : text.slice(0, 19).replace('T', ' ')
}

// --- formulon: literals with their type, null a type of its own; a percent is a fraction

const PLAIN = {
  text: 'text', id: 'text', number: 'number', currency: 'number', percent: 'number', boolean: 'checkbox',
  date: 'date', datetime: 'datetime', time: 'time', picklist: 'picklist', multipicklist: 'multipicklist',
}

const literal = ({ type, value }) => {
  const dataType = PLAIN[type]
  if (value === null && dataType === 'checkbox') return { type: 'literal', dataType, value: false, options: {} }
  if (value === null) return { type: 'literal', dataType: 'null', value: null, options: {} }
  switch (type) {
    case 'percent':
      return literal({ type: 'number', value: Number(`${value}e-2`) })
    case 'id':
      return literal({ type: 'text', value: value.slice(0, 15) })
    case 'date':
    case 'datetime':
      return { type: 'literal', dataType, value: moment(value), options: {} }
    case 'time':
      return { type: 'literal', dataType, value: moment(`1970-01-01T${value}`), options: {} }
    case 'multipicklist':
      return { type: 'literal', dataType, value: value.split(';'), options: { values: value.split(';') } }
    case 'picklist':
      return { type: 'literal', dataType, value, options: { values: [value] } }
    default:
      return { type: 'literal', dataType, value, options: { length: 255, scale: 18 } }
  }
}

const askFormulon = ({ text, record }) => {
  const given = Object.fromEntries(Object.entries(records[record]).map(([name, field]) => [name, literal(field)]))
  const found = formulon.parse(text, given)
  if (found.errorType === 'NoFunctionError') return { lacks: found.function }
  if (found.errorType === 'NotImplementedError') return { lacks: found.name }
  if (found.type === 'error') return { error: found.message }
  if (found.dataType === 'null' || found.value === null) return { blank: true }
  if (found.value instanceof RealDate) return { value: iso(found.value, found.dataType) }
  return { value: String(found.value) }
}

// --- sformula: types and values apart, parents nested; a percent as it is stored

const SFORMULA = { text: 'string' }

const put = (nested, path, value, wrap) => {
  const [head, ...rest] = path
  if (rest.length === 0) nested[head] = value
  else put(wrap(nested, head), rest, value, wrap)
}

const properties = (nested, head) => (nested[head] ??= { type: 'object', properties: {} }).properties
const children = (nested, head) => (nested[head] ??= {})

const askSformula = ({ text, record, zero }) => {
  const inputTypes = {}
  const values = {}
  for (const [name, { type, value }] of Object.entries(records[record])) {
    put(inputTypes, name.split('.'), { type: SFORMULA[type] ?? type }, properties)
    put(values, name.split('.'), value, children)
  }
  const found = sformula.parseSync(text, { inputTypes, blankAsZero: zero })
  const value = found.evaluate(values)
  if (value === null || value === undefined) return { blank: true }
  if (found.returnType === 'datetime') return { value: value.slice(0, 19).replace('T', ' ') }
  if (found.returnType === 'time') return { value: value.replace('Z', '') }
  return { value: String(value) }
}

const lacking = (error) => {
  const name = /^type information is not found: (\w+)$/.exec(error.message)?.[1]
  return name === undefined ? { error: error.message } : { lacks: name }
}

// --- SOQL: read, written again, and its parts counted

const conditions = (clause) => {
  if (!clause) return []
  const { left, right, operator } = clause
  const own = left?.operator ? [left.operator.toUpperCase().replace('<>', '!=')] : []
  return [...own, ...(operator === 'NOT' || left?.logicalPrefix === 'NOT' ? ['NOT'] : []), ...conditions(right)]
}

const listed = (value) => [value ?? []].flat()

const parts = (query) => ({
  from: query.sObject ?? query.relationshipName,
  fields: query.fields.length,
  where: conditions(query.where).sort(),
  groups: listed(query.groupBy).length,
  having: conditions(query.having).sort(),
  order: listed(query.orderBy).map(({ order, nulls }) => [order === 'DESC', nulls ?? null]),
  limit: query.limit ?? null,
  offset: query.offset ?? null,
})

const askSoql = ({ text }) => {
  const query = parseQuery(text, { allowApexBindVariables: true })
  return { value: composeQuery(query), parts: parts(query) }
}

const ORACLES = { formulon: askFormulon, sformula: askSformula, soql: askSoql }

const answer = (question) => {
  try {
    return ORACLES[question.oracle](question)
  } catch (error) {
    return lacking(error)
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  const question = JSON.parse(line)
  if (question.records) ({ now, records } = question)
  else process.stdout.write(`${JSON.stringify(answer(question))}\n`)
}
