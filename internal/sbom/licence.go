package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// known tells licences by what stands in every copy of their text.
var known = []struct {
	id    string
	marks []string
}{
	{"Apache-2.0", []string{"apache license", "version 2.0"}},
	{"MPL-2.0", []string{"mozilla public license", "2.0"}},
	{"BSD-3-Clause", []string{"redistributions of source code must retain", "neither the name", "endorse or promote"}},
	{"BSD-2-Clause", []string{"redistributions of source code must retain"}},
	{"MIT", []string{"permission is hereby granted, free of charge", "the above copyright notice and this permission notice shall be included"}},
	{"ISC", []string{"permission to use, copy, modify, and", "distribute this software for any purpose"}},
	{"Unlicense", []string{"this is free and unencumbered software released into the public domain"}},
}

// licenceFile is how the file of a licence is called.
var licenceFile = regexp.MustCompile(`(?i)^(licen[sc]e|copying)(\.(md|txt|rst))?$`)

// licenceOf returns the SPDX identifiers of the licences of a module: several, where parts of it are of
// other people.
func licenceOf(m module) ([]string, error) {
	dir := m.Dir
	if m.Replace != nil && m.Replace.Dir != "" {
		dir = m.Replace.Dir
	}
	if strings.HasPrefix(m.Path+"/", ours+"/") {
		return []string{"Apache-2.0"}, nil // LICENSE at the root is that of every module
	}
	files, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("licence of %s: %w", m.Path, err)
	}
	for _, file := range files {
		if !licenceFile.MatchString(file.Name()) {
			continue
		}
		text, err := os.ReadFile(filepath.Join(dir, file.Name()))
		if err != nil {
			return nil, fmt.Errorf("licence of %s: %w", m.Path, err)
		}
		if ids := recognise(string(text)); len(ids) > 0 {
			return ids, nil
		}
	}
	return nil, fmt.Errorf("licence of %s: its files state none that is known", m.Path)
}

// recognise returns the identifiers of the licences in a text.
func recognise(text string) (ids []string) {
	text = strings.Join(strings.Fields(strings.ToLower(text)), " ")
	for _, k := range known {
		found := true
		for _, mark := range k.marks {
			found = found && strings.Contains(text, mark)
		}
		if found && (k.id != "BSD-2-Clause" || !slices.Contains(ids, "BSD-3-Clause")) { // which has its clauses and one more
			ids = append(ids, k.id)
		}
	}
	return ids
}
