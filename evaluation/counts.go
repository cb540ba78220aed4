package evaluation

import (
	"fmt"
	"maps"
	"slices"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation/survival"
)

// Counts are the second level of an evaluation: whole numbers by indicator and group. They
// are small however many people they are of, merge in any order to the bit, and may
// leave the process: MarshalBinary and MarshalJSON write them.
//
// Small numbers in them can tell something about one person, so what is published goes
// through package disclosure.
type Counts struct {
	Period sp.Period
	AsOf   sp.Date
	By     string // the name of the grouping
	Of     []Counted
}

// Counted is what was counted for one indicator.
type Counted struct {
	ID        string // of the indicator
	Version   string
	Window    Window
	Statistic Statistic
	// Unrecorded says that the log holds none of the step that the numerator needs: see
	// [Indicator].
	Unrecorded bool
	Groups     map[string]Tally
}

// A Tally says how many rows gave each answer. For a clustered share it holds a [Part] for
// each person: so many of so many.
type Tally map[Answer]int64

// Ends returns the waits in t, by how they ended.
func (t Tally) Ends() *survival.Ends {
	ends := new(survival.Ends)
	for a, n := range t {
		for range n {
			var err error
			switch a.kind {
			case ended:
				err = ends.Ended(a.text, int(a.a))
			case waiting:
				err = ends.Waiting(int(a.a))
			default:
			}
			if err != nil {
				panic(err) // answers are made within the limits that it names
			}
		}
	}
	return ends
}

// LeftOut returns how many rows are left out, by reason.
func (t Tally) LeftOut() map[string]int64 {
	all := map[string]int64{}
	for a, n := range t {
		if why := a.leftOut(); why != "" {
			all[why] += n
		}
	}
	return all
}

// Tally returns what was counted for an indicator in a group, empty if there is nothing.
func (c *Counts) Tally(id, group string) Tally {
	for _, counted := range c.Of {
		if counted.ID == id {
			return counted.Groups[group]
		}
	}
	return nil
}

// Merge adds counts of other people, such as those of another shard or another scheme:
// each person has to be in one of them alone. It fails with an error that is
// [sp.ErrInvalid], and leaves c as it is, unless both are of the same period, last day,
// grouping and versions of indicators.
func (c *Counts) Merge(o *Counts) error {
	if o == nil {
		return sp.Invalid("evaluation: merge", "", sp.Missing, "must be given counts")
	}
	if c.Period != o.Period || c.AsOf != o.AsOf || c.By != o.By || !slices.EqualFunc(c.Of, o.Of, func(a, b Counted) bool {
		return a.ID == b.ID && a.Version == b.Version && a.Window == b.Window && a.Statistic == b.Statistic
	}) {
		return fmt.Errorf("evaluation: merge: counts are of different periods, groupings or indicators: %w", sp.ErrInvalid)
	}
	for i, from := range o.Of {
		into := &c.Of[i]
		into.Unrecorded = into.Unrecorded && from.Unrecorded
		if into.Groups == nil {
			into.Groups = map[string]Tally{}
		}
		for name, t := range from.Groups {
			if into.Groups[name] == nil {
				into.Groups[name] = make(Tally, len(t))
			}
			for a, n := range t {
				into.Groups[name][a] += n
			}
		}
	}
	return nil
}

// groups returns the names of all groups, one of all if there is none.
func (c *Counts) groups() []string {
	all := map[string]bool{}
	for _, counted := range c.Of {
		for name := range counted.Groups {
			all[name] = true
		}
	}
	if len(all) == 0 {
		return []string{""}
	}
	return slices.Sorted(maps.Keys(all))
}

// answers returns the answers of t in order.
func (t Tally) answers() []Answer { return slices.SortedFunc(maps.Keys(t), compareAnswers) }
