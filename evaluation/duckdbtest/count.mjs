// Counts three indicators of a log with DuckDB on one thread: node count.mjs FILE DAY
import { DuckDBInstance } from '@duckdb/node-api'

const [file, day] = process.argv.slice(2)
const db = await DuckDBInstance.create(':memory:', { threads: '1' })
const on = await db.connect()
const spent = (from) => { const u = process.cpuUsage(from); return (u.user + u.system) / 1e6 }
const rows = async (sql) => (await on.runAndReadAll(sql)).getRowsJson()

let from = process.cpuUsage()
await on.run(`create table e as select kind, id, type, cast("at" as date) as day, data
  from read_json('${file}', format = 'newline_delimited',
    columns = {kind: 'VARCHAR', id: 'VARCHAR', type: 'VARCHAR', "at": 'TIMESTAMP', data: 'JSON'})`)
const load = spent(from)

const first = (...types) => `min(day) filter (type in (${types.map((t) => `'${t}'`).join(', ')}))`
const wrong = `'out: entered in error by the last day'`
from = process.cpuUsage()
await on.run(`create table r as select id,
    any_value(data->>'person') filter (type = 'referral.received') as person,
    ${first('referral.received')} as received, ${first('referral.accepted')} as accepted, ${first('referral.contacted')} as contacted,
    ${first('referral.declined', 'referral.rerouted', 'referral.expired')} as turned,
    ${first('referral.declined', 'referral.rerouted', 'referral.expired', 'referral.withdrawn', 'referral.closed')} as ended,
    coalesce(bool_or(type = 'referral.entered-in-error'), false) as wrong
  from e where kind = 'referral' group by id having received is not null`)
const accepted = await rows(`select case when wrong then ${wrong} when turned is not null then 'no' when accepted is not null then 'yes'
    when ended is not null then 'out: ended before a decision' else 'not-yet' end as answer, count(*)::int as n from r group by 1`)
const wait = await rows(`select case when wrong then ${wrong}
    when contacted is not null then 'ended: reached ' || greatest(contacted - received, 0)
    when ended is not null then 'ended: left ' || greatest(ended - received, 0)
    else 'waiting ' || (date '${day}' - received) end as answer, count(*)::int as n from r group by 1`)
const missed = await rows(`with p as (select id, any_value(data->>'referral') filter (type = 'placement.proposed') as of,
      bool_or(type = 'placement.entered-in-error') as wrong from e where kind = 'placement' group by id),
    s as (select id, any_value(data->>'placement') filter (type = 'session.planned') as of,
      bool_or(type = 'session.attended') as attended, bool_or(type = 'session.missed') as missed,
      bool_or(type = 'session.entered-in-error') as wrong from e where kind = 'session' group by id),
    all_of as (select r.person, s.attended, s.wrong or p.wrong or r.wrong as wrong
      from s join p on s.of = p.id join r on p.of = r.id where s.attended or s.missed),
    of as (select 'part ' || count(*) filter (not attended) || ' ' || count(*) as answer from all_of where not wrong group by person)
  select answer, count(*)::int as n from of group by 1
  union all select ${wrong}, count(*)::int from all_of where wrong having count(*) > 0`)
const count = spent(from)
const tally = (all) => Object.fromEntries(all.map(([answer, n]) => [answer, Number(n)]))
console.log(JSON.stringify({ load, count, tallies: { accepted: tally(accepted), 'wait-to-contact': tally(wait), 'sessions-missed': tally(missed) } }))
