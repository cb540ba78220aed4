package evaluation

// A counting is the counting of one indicator.
type counting struct {
	Indicator
	view *view
	of   *cohort
	sums []*sum // by group, nil until there is an answer

	// The rows of a clustered share that are of one person, by group: those of a person come
	// one after the other.
	person  uint32
	cluster []clustered
}

// clustered is yes and all of what one person has in a group.
type clustered struct {
	group uint32
	n     [2]int64
}

// at returns the place of a number, new ones being zero.
func at[T any](values *[]T, n uint32) *T {
	if more := int(n) + 1 - len(*values); more > 0 {
		*values = append(*values, make([]T, more)...)
	}
	return &(*values)[n]
}

// A sum is a tally that is being made. Answers without a text or a number, those with a
// small number of days or points, and those with one of a few texts, which most are, are
// counted without a map.
type sum struct {
	plain [kinds]int64
	small []small
	parts []uint32 // [Part] of small numbers, by both
	more  Tally
}

// small are the answers of one kind and text, by their number.
type small struct {
	kind kind
	text string
	n    []uint32 // as there are fewer rows than that
}

const (
	dense      = 1024 // how many numbers are counted without a map
	fewTexts   = 32   // how many texts are
	denseParts = 16   // how many numbers of a part and of its whole are
)

func (s *sum) add(a Answer) {
	switch {
	case a.kind < ended && a.text == "":
		s.plain[a.kind]++
		return
	case a.kind == part && uint64(a.a) < denseParts && uint64(a.b) < denseParts:
		if s.parts == nil {
			s.parts = make([]uint32, denseParts*denseParts)
		}
		s.parts[a.a*denseParts+a.b]++
		return
	case a.b == 0 && uint64(a.a) < dense:
		if one := s.of(a.kind, a.text); one != nil {
			*at(&one.n, uint32(a.a))++
			return
		}
	}
	s.more[a]++
}

// of returns the answers of a kind and text, nil where there are too many texts.
func (s *sum) of(k kind, text string) *small {
	for i := range s.small {
		if one := &s.small[i]; one.kind == k && one.text == text {
			return one
		}
	}
	if len(s.small) == fewTexts {
		return nil
	}
	s.small = append(s.small, small{kind: k, text: text})
	return &s.small[len(s.small)-1]
}

// tally returns what was added, and forgets it.
func (s *sum) tally() Tally {
	for _, one := range s.small {
		for a, n := range one.n {
			if n > 0 {
				s.more[Answer{kind: one.kind, text: one.text, a: int64(a)}] += int64(n)
			}
		}
	}
	for i, n := range s.parts {
		if n > 0 {
			s.more[Part(int64(i/denseParts), int64(i%denseParts))] += int64(n)
		}
	}
	for k, n := range s.plain {
		if n > 0 && kind(k) != absent {
			s.more[Answer{kind: kind(k)}] += n
		}
	}
	all := s.more
	*s = sum{more: Tally{}}
	return all
}

// sum returns the sum of a group.
func (c *counting) sum(group uint32) *sum {
	s := at(&c.sums, group)
	if *s == nil {
		*s = &sum{more: Tally{}}
	}
	return *s
}

// tallies returns what was counted, by group.
func (c *counting) tallies() map[string]Tally {
	c.close()
	groups := make(map[string]Tally, len(c.sums))
	for n, s := range c.sums {
		if s != nil {
			groups[c.of.names[n]] = s.tally()
		}
	}
	return groups
}

// count counts the lines of its cohort.
func (c *counting) count() {
	for _, l := range c.of.lines {
		a := Out(inError)
		if !c.of.above || !l.wrong { // what is above the table of the cohort day has no rows left
			c.view.listed = c.view.listed[:0]
			a = c.Rule(Row{c.view, c.of.unit, l.row})
		}
		switch {
		case a.kind == absent:
			continue
		case !c.Statistic.takes(a):
			panic(fault{"answers " + kindNames[a.kind] + ", which does not suit a " + string(c.Statistic)})
		case l.wrong:
			a = Out(inError)
		}
		if c.Statistic == Clustered && (a.kind == yes || a.kind == no) {
			c.note(l, a.kind == yes)
			continue
		}
		c.sum(l.group).add(a)
	}
}

// note adds a row to those of its person.
func (c *counting) note(l line, is bool) {
	if l.who != c.person {
		c.close()
		c.person = l.who
	}
	n := 0
	for n < len(c.cluster) && c.cluster[n].group != l.group {
		n++
	}
	if n == len(c.cluster) {
		c.cluster = append(c.cluster, clustered{group: l.group})
	}
	c.cluster[n].n[1]++
	if is {
		c.cluster[n].n[0]++
	}
}

// close counts the rows of the last person.
func (c *counting) close() {
	for _, one := range c.cluster {
		c.sum(one.group).add(Part(one.n[0], one.n[1]))
	}
	c.cluster = c.cluster[:0]
}
