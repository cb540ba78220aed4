package area

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/internal/csvfile"
)

// describe completes the layout, and finds its columns in the header.
func (s *source) describe(file *csvfile.File, known []Layout) error {
	stated := s.layout
	s.stated = stated.Code != ""
	if !s.stated {
		published, ok := recognise(file, known)
		if !ok {
			published.Code = s.codeColumn()
		}
		s.layout = merged(stated, published)
	}
	if err := s.layout.check(); err != nil {
		return err
	}
	e := &sp.InvalidError{Subject: "header"}
	name := func(column string) string {
		i, ok := file.Column(column)
		if !ok {
			e.Check(false, column, sp.NotListed, "must be a column")
			return column
		}
		return s.names[i]
	}
	s.layout.Code = name(s.layout.Code)
	fields := s.layout.Fields
	s.layout.Fields = nil
	for _, f := range fields {
		if _, ok := file.Column(f.Name); !ok && f.Optional == sp.Yes {
			continue
		}
		f.As, f.Name = f.as(), name(f.Name)
		s.layout.Fields = append(s.layout.Fields, f)
	}
	if err := e.Err(); err != nil {
		return err
	}
	if !s.stated {
		s.infer()
		s.ownWords()
	}
	return s.choose(file)
}

// codeColumn returns the column of the codes of a file that nobody described: the
// first, unless that only numbers the rows, as its name says too, in front of one that
// tells them apart in letters.
func (s *source) codeColumn() string {
	first := s.names[0]
	if !speaks(first, foreign) {
		return first
	}
	for i, row := range s.rows {
		if row[0] != strconv.Itoa(i) && row[0] != strconv.Itoa(i+1) {
			return first
		}
	}
	for at, name := range s.names[1:] {
		seen := make(map[string]bool, len(s.rows))
		for _, row := range s.rows {
			if code := row[at+1]; code != "" && !looksNumeric(code) {
				seen[code] = true
			}
		}
		if name != "" && len(seen) == len(s.rows) {
			s.report(sp.Note, -1, name, "code-column", "taken for the code of the areas, as column 1 only numbers them,")
			return name
		}
	}
	return first
}

// merged returns what is stated, completed by a published layout.
func merged(stated, published Layout) Layout {
	l := published
	if stated.Name != "" {
		l.Name = stated.Name
	}
	if stated.Boundary != 0 {
		l.Boundary = stated.Boundary
	}
	if stated.Rows != 0 {
		l.Rows = stated.Rows
	}
	if stated.Population != "" {
		l.Population = stated.Population
	}
	l.Fields = slices.Clone(stated.Fields)
	for _, f := range published.Fields {
		described := slices.ContainsFunc(stated.Fields, func(own Field) bool {
			return csvfile.Fold(own.Name) == csvfile.Fold(f.Name) || own.as() == f.as()
		})
		if !described {
			l.Fields = append(l.Fields, f)
		}
	}
	return l
}

// recognise returns the known layout whose columns are all in the header, and of
// several the one with most of them.
func recognise(file *csvfile.File, known []Layout) (Layout, bool) {
	var best Layout
	most := 0
	for _, l := range known {
		n, all := 0, true
		for _, f := range append([]Field{{Name: l.Code}}, l.Fields...) {
			_, ok := file.Column(f.Name)
			if ok {
				n++
			}
			all = all && (ok || f.Optional == sp.Yes)
		}
		if all && n > most {
			best, most = l, n
		}
	}
	return best, most > 0
}

// ownWords takes the column whose header says "population" and nothing else for
// that, unless something was stated or two columns say so.
func (s *source) ownWords() {
	var found []string
	for _, f := range s.layout.Fields {
		if csvfile.Fold(f.Name) == "population" && f.Meaning.Kind.CountsPeople() {
			found = append(found, f.as())
		}
	}
	if s.layout.Population == "" && len(found) == 1 {
		s.layout.Population = found[0]
	}
}

// choose finds the population, which the layout names as it is kept or as the
// header has it.
func (s *source) choose(file *csvfile.File) error {
	population := s.layout.Population
	if population == "" {
		return nil
	}
	f, ok := s.layout.field(population)
	if i, there := file.Column(population); !ok && there {
		name := s.names[i]
		at := slices.IndexFunc(s.layout.Fields, func(f Field) bool { return f.Name == name })
		if at < 0 {
			s.layout.Fields = append(s.layout.Fields, Field{Name: name})
			at = len(s.layout.Fields) - 1
		}
		f, ok = s.layout.Fields[at], true
	}
	if !ok {
		return sp.Invalid("header", population, sp.NotListed, "must be a column, to be the population")
	}
	if !f.Meaning.Kind.CountsPeople() {
		return sp.Invalid("population", "", sp.Inconsistent, fmt.Sprintf("must count people, and column %s is a %v", f.Name, f.Meaning.Kind))
	}
	s.layout.Population = f.as()
	return nil
}

// infer describes the columns that no field does by their look: as numbers where
// half of what is there are some, so that what is none is reported row by row, and
// as groups otherwise. A column in which nothing stands is left out.
func (s *source) infer() {
	for at, name := range s.names {
		described := slices.ContainsFunc(s.layout.Fields, func(f Field) bool { return f.Name == name })
		if described || name == "" || name == s.layout.Code {
			continue
		}
		numbers, filled := 0, 0
		for _, row := range s.rows {
			if row[at] == "" {
				continue
			}
			filled++
			if looksNumeric(row[at]) {
				numbers++
			}
		}
		kind := Group
		switch {
		case filled == 0 && len(s.rows) > 0:
			s.report(sp.Note, -1, name, "empty-column", "nothing stands")
			continue
		case numbers > 0 && numbers*2 >= filled:
			kind = Number
		case numbers > 0:
			s.report(sp.Warning, -1, name, "mixed-column", fmt.Sprintf("taken as groups, though %d of %d are numbers,", numbers, filled))
		}
		s.layout.Fields = append(s.layout.Fields, Field{Name: name, Meaning: Meaning{Kind: kind}})
	}
}
