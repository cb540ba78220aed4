package main

import (
	"io"
	"maps"
	"slices"

	"github.com/socialprescribing/sp/evaluation/disclosure"
	"github.com/socialprescribing/sp/evaluation/export"
)

// files returns what writes each file of tables. Outcomes of a simulation count nobody; what is played
// again beside what happened is of people, and stays within the scheme whose log it is, each table with
// a description of its own.
func (s *session) files() (map[string]func(io.Writer) error, error) {
	files := map[string]func(io.Writer) error{}
	var public []export.Table
	for _, name := range slices.Sorted(maps.Keys(s.tables)) {
		table := s.tables[name]
		if s.log != "" {
			rows, err := disclosure.Within(table.Values(), "the scheme whose log it is", "a replay of its log")
			if err != nil {
				return nil, err
			}
			inside, err := export.NewWithin(table.Schema(), rows)
			if err != nil {
				return nil, err
			}
			files[name+".csv"] = inside.WriteCSV
			files[name+".json"] = func(w io.Writer) error { return inside.WritePackage(w, "A log played again under other policies") }
			continue
		}
		rows, err := disclosure.NotPeople(table.Values(), "outcomes of a simulation")
		if err != nil {
			return nil, err
		}
		written, err := export.New(table.Schema(), rows)
		if err != nil {
			return nil, err
		}
		files[name+".csv"] = written.WriteCSV
		public = append(public, written)
	}
	if len(public) > 0 {
		files["datapackage.json"] = func(w io.Writer) error { return export.WritePackage(w, "Policies compared", public...) }
	}
	return files, nil
}
