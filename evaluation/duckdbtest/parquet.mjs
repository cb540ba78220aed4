// Reads Parquet with DuckDB: node parquet.mjs EVENTS FIGURES
import { DuckDBInstance } from '@duckdb/node-api'

const [events, figures] = process.argv.slice(2)
const on = await (await DuckDBInstance.create(':memory:')).connect()
const rows = async (sql) => (await on.runAndReadAll(sql)).getRowsJson()
const types = (all) => Object.fromEntries(all.map(([name, type]) => [name, type]))
console.log(JSON.stringify({
  eventTypes: types(await rows(`select column_name, column_type from (describe select * from read_parquet('${events}'))`)),
  counts: types((await rows(`select type, count(*)::int from read_parquet('${events}') where json_valid(data) group by 1`))),
  figureTypes: types(await rows(`select column_name, column_type from (describe select * from read_parquet('${figures}'))`)),
  figures: await rows(`select indicator, coalesce("group", ''), value, lower, upper, numerator, denominator, cast("end" as varchar), status from read_parquet('${figures}')`),
}))
