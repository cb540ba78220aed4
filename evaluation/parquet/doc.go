// Package parquet writes tables and logs as Parquet, which DuckDB, Spark, Polars and most
// warehouses read with their types.
//
//	err := parquet.WriteTable(file, figures)                  // a table of package export
//	err := parquet.WriteEvents(file, db.Log(ctx, "", ""))     // a log, for SQL
//
// It is a module of its own, so that nobody who writes no Parquet downloads what does. A table
// keeps its types: a day is a DATE, an exact number a DECIMAL, an empty cell NULL; the unit and the
// meaning of each column stand in the metadata of the file.
package parquet
