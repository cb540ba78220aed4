package main

import (
	"context"
	"errors"
	"flag"
	"io"
	"os"
	"path/filepath"

	"github.com/socialprescribing/sp/evaluation"
	"github.com/socialprescribing/sp/evaluation/disclosure"
	"github.com/socialprescribing/sp/evaluation/export"
	"github.com/socialprescribing/sp/evaluation/parquet"
)

// An output is where the figures go for other programs: small numbers are not shown.
type output struct{ folder, parquet string }

func (o *output) declare(flags *flag.FlagSet) {
	flags.StringVar(&o.folder, "out", "", "`folder` to write figures.csv, figures.ndjson and datapackage.json to")
	flags.StringVar(&o.parquet, "parquet", "", "`file` to write the same figures to as Parquet, for DuckDB, Spark, Polars and the like")
}

// save writes the figures to wherever they are asked for.
func (o *output) save(ctx context.Context, title string, run *evaluation.Run, s *sheet) error {
	if o.folder+o.parquet == "" {
		return nil
	}
	counts, err := run.Count(ctx)
	if err != nil {
		return err
	}
	s.mark(counts, run.Indicators())
	table, err := export.Figures(counts, export.About{Policy: disclosure.HES()}, run.Indicators()...)
	if err != nil {
		return err
	}
	if o.parquet != "" {
		if err := writeFile(o.parquet, func(w io.Writer) error { return parquet.WriteTable(w, table) }); err != nil {
			return err
		}
	}
	if o.folder == "" {
		return nil
	}
	return writeFiles(o.folder, map[string]func(io.Writer) error{
		"figures.csv": table.WriteCSV, "figures.ndjson": table.WriteJSON,
		"datapackage.json": func(w io.Writer) error { return export.WritePackage(w, title, table) },
	})
}

// writeFiles writes files into a folder, which is made if need be.
func writeFiles(folder string, files map[string]func(io.Writer) error) error {
	if err := os.MkdirAll(folder, 0o750); err != nil {
		return err
	}
	for name, write := range files {
		if err := writeFile(filepath.Join(folder, name), write); err != nil {
			return err
		}
	}
	return nil
}

// writeFile writes a file whole or not at all.
func writeFile(path string, write func(io.Writer) error) error {
	file, err := os.CreateTemp(filepath.Dir(path), ".evaluate-*")
	if err != nil {
		return err
	}
	if err := errors.Join(write(file), file.Close()); err != nil {
		return errors.Join(err, os.Remove(file.Name()))
	}
	return os.Rename(file.Name(), path)
}
