package evaluation

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/socialprescribing/sp"
)

// The forms in which counts are written. What is stored once is read for ever.
const (
	countsMagic = "spcounts"
	countsForm  = 2 // form 1 does not say what is unrecorded
)

// A countedJSON is what is counted of one indicator, as JSON has it.
type countedJSON struct {
	ID        string    `json:"id"`
	Version   string    `json:"version"`
	Days      int       `json:"days,omitempty"`
	Workdays  int       `json:"workdays,omitempty"`
	Statistic Statistic `json:"statistic"`

	Unrecorded bool `json:"unrecorded,omitempty"`

	Groups []groupJSON `json:"groups"`
}

type groupJSON struct {
	Group   string       `json:"group"`
	Answers []answerJSON `json:"answers"`
}

type answerJSON struct {
	Answer string `json:"answer"`
	Text   string `json:"text,omitempty"`
	A      int64  `json:"a,omitempty"`
	B      int64  `json:"b,omitempty"`
	N      int64  `json:"n"`
}

type countsJSON struct {
	Form   int           `json:"v"`
	Period sp.Period     `json:"period,omitzero"`
	AsOf   sp.Date       `json:"asOf"`
	By     string        `json:"by,omitempty"`
	Of     []countedJSON `json:"of"`
}

// MarshalJSON writes c in form 2: answers by their names, in order, so that equal counts are equal
// bytes.
func (c *Counts) MarshalJSON() ([]byte, error) {
	all := countsJSON{Form: countsForm, Period: c.Period, AsOf: c.AsOf, By: c.By, Of: []countedJSON{}}
	for _, of := range c.Of {
		one := countedJSON{of.ID, of.Version, of.Window.Days, of.Window.Workdays, of.Statistic, of.Unrecorded, []groupJSON{}}
		for _, name := range slices.Sorted(maps.Keys(of.Groups)) {
			g := groupJSON{name, []answerJSON{}}
			for _, a := range of.Groups[name].answers() {
				g.Answers = append(g.Answers, answerJSON{kindNames[a.kind], a.text, a.a, a.b, of.Groups[name][a]})
			}
			one.Groups = append(one.Groups, g)
		}
		all.Of = append(all.Of, one)
	}
	return json.Marshal(all)
}

// UnmarshalJSON reads what MarshalJSON has written. It fails with an error that is [sp.ErrInvalid],
// and leaves c as it is, for anything else.
func (c *Counts) UnmarshalJSON(data []byte) error {
	var all countsJSON
	if err := json.Unmarshal(data, &all); err != nil {
		return badCounts("is no JSON of counts")
	}
	if all.Form < 1 || all.Form > countsForm {
		return badCounts(fmt.Sprintf("is of form %d, and this program reads 1 to %d", all.Form, countsForm))
	}
	read := Counts{Period: all.Period, AsOf: all.AsOf, By: all.By}
	for _, of := range all.Of {
		one := Counted{of.ID, of.Version, Window{of.Days, of.Workdays}, of.Statistic, of.Unrecorded, map[string]Tally{}}
		for _, g := range of.Groups {
			t := Tally{}
			for _, a := range g.Answers {
				kind := slices.Index(kindNames[:], a.Answer)
				if err := t.put(one.Statistic, Answer{kindOf(kind), a.Text, a.A, a.B}, a.N); err != nil {
					return err
				}
			}
			if one.Groups[g.Group] != nil {
				return badCounts("has a group twice")
			}
			one.Groups[g.Group] = t
		}
		read.Of = append(read.Of, one)
	}
	*c = read
	return nil
}

// kindOf returns the kind of a number, one that there is none of for a number that is none.
func kindOf(n int) kind {
	if n < 0 || n >= int(kinds) {
		return kinds
	}
	return kind(n)
}

// put adds an answer that was read, if there can be such a one.
func (t Tally) put(s Statistic, a Answer, n int64) error {
	_, twice := t[a]
	bounded := a.kind != ended && a.kind != waiting || int64(within(int(a.a))) == a.a
	if a.kind == absent || a.kind >= kinds || !s.takes(a) || n < 0 || twice || !bounded {
		return badCounts("has an answer that its statistic does not give, or twice")
	}
	t[a] = n
	return nil
}

func badCounts(why string) error {
	return fmt.Errorf("evaluation: read counts: %s: %w", why, sp.ErrInvalid)
}

// MarshalBinary writes c in form 2. Equal counts are equal bytes.
func (c *Counts) MarshalBinary() ([]byte, error) {
	b := append([]byte(countsMagic), countsForm)
	for _, d := range []sp.Date{c.Period.Start, c.Period.End, c.AsOf} {
		b = binary.AppendVarint(b, int64(d))
	}
	b = appendText(b, c.By)
	b = binary.AppendUvarint(b, uint64(len(c.Of)))
	for _, of := range c.Of {
		b = appendText(appendText(appendText(b, of.ID), of.Version), string(of.Statistic))
		b = binary.AppendVarint(binary.AppendVarint(b, int64(of.Window.Days)), int64(of.Window.Workdays))
		b = append(b, flag(of.Unrecorded))
		b = binary.AppendUvarint(b, uint64(len(of.Groups)))
		for _, name := range slices.Sorted(maps.Keys(of.Groups)) {
			t := of.Groups[name]
			b = binary.AppendUvarint(appendText(b, name), uint64(len(t)))
			for _, a := range t.answers() {
				b = appendText(append(b, byte(a.kind)), a.text)
				for _, n := range []int64{a.a, a.b, t[a]} {
					b = binary.AppendVarint(b, n)
				}
			}
		}
	}
	return b, nil
}

// flag returns a truth as a byte.
func flag(is bool) byte {
	if is {
		return 1
	}
	return 0
}

func appendText(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

// A countsReader reads the binary form. After the first fault all that it reads is zero.
type countsReader struct {
	rest []byte
	bad  bool
}

func (r *countsReader) int() int64 {
	n, size := binary.Varint(r.rest)
	return int64(r.took(uint64(n), size))
}

func (r *countsReader) took(n uint64, size int) uint64 {
	if size <= 0 || r.bad {
		r.bad, r.rest = true, nil
		return 0
	}
	r.rest = r.rest[size:]
	return n
}

// many reads how many there are of what takes a byte each at least.
func (r *countsReader) many() int {
	n, size := binary.Uvarint(r.rest)
	if n = r.took(n, size); n > uint64(len(r.rest)) {
		r.bad = true
		return 0
	}
	return int(n)
}

func (r *countsReader) text() string {
	n := r.many()
	s := strings.Clone(string(r.rest[:n]))
	r.rest = r.rest[n:]
	return s
}

func (r *countsReader) date() sp.Date {
	n := r.int()
	if n < 0 || n > int64(sp.NewDate(9999, time.December, 31)) {
		r.bad = true
		return 0
	}
	return sp.Date(n)
}

func (r *countsReader) byte() byte {
	if len(r.rest) == 0 {
		r.bad = true
		return 0
	}
	b := r.rest[0]
	r.rest = r.rest[1:]
	return b
}

// UnmarshalBinary reads what MarshalBinary has written. It fails with an error that is
// [sp.ErrInvalid], and leaves c as it is, for anything else.
func (c *Counts) UnmarshalBinary(data []byte) error {
	rest, ok := strings.CutPrefix(string(data), countsMagic)
	r := &countsReader{rest: []byte(rest)}
	form := r.byte()
	if !ok || form < 1 || form > countsForm {
		return badCounts("is of no form that this program reads")
	}
	var read Counts
	read.Period.Start, read.Period.End, read.AsOf, read.By = r.date(), r.date(), r.date(), r.text()
	for range r.many() {
		one := Counted{ID: r.text(), Version: r.text(), Statistic: Statistic(r.text()), Groups: map[string]Tally{}}
		one.Window = Window{int(r.int()), int(r.int())}
		if form > 1 {
			unrecorded := r.byte()
			one.Unrecorded, r.bad = unrecorded == 1, r.bad || unrecorded > 1
		}
		for range r.many() {
			name, t := r.text(), Tally{}
			for range r.many() {
				a := Answer{kindOf(int(r.byte())), r.text(), r.int(), r.int()}
				if err := t.put(one.Statistic, a, r.int()); err != nil {
					return err
				}
			}
			if one.Groups[name] != nil {
				r.bad = true
			}
			one.Groups[name] = t
		}
		read.Of = append(read.Of, one)
	}
	if r.bad || len(r.rest) > 0 {
		return badCounts("ends early, or too late")
	}
	*c = read
	return nil
}
