package barrier

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/socialprescribing/sp/evaluation/disclosure"
	"github.com/socialprescribing/sp/evaluation/internal/release"
	"github.com/socialprescribing/sp/evaluation/stat"
)

// referred is what the people of all shares of losses are.
const referred = "people referred"

// losses returns what became of everybody.
func (m *maker) losses() (Losses, error) {
	f := m.fates
	l := Losses{Referred: m.gate.Count(f.all)}
	var errs error
	if f.unrecorded {
		l.Lost, l.Helped, l.GoesOn, l.NoReason = notRecorded(), notRecorded(), notRecorded(), notRecorded()
		return l, nil
	}
	share := func(name string, n int64) stat.Estimate {
		e, err := m.gate.One("barrier/fate/"+name, n, f.all, referred)
		errs = cmp.Or(errs, err)
		return e
	}
	l.Lost, l.Helped, l.GoesOn = share("lost", f.lost), share("helped", f.helped), share("goes on", f.goesOn)
	l.NoReason = share("no reason", f.to[""])
	if errs != nil {
		return l, errs
	}
	var err error
	l.Overlaps, err = m.overlaps()
	return l, err
}

// overlaps returns how many people were lost to several barriers at once, the most frequent first. They
// stand in one table with everybody else, so that none can be worked out from the rest.
func (m *maker) overlaps() (all []Overlap, err error) {
	t := disclosure.Table{Title: "what became of people", Columns: []string{"people"}}
	add := func(name string, n int64) {
		t.Rows = append(t.Rows, disclosure.Row{Name: name, Counts: []int64{n}})
	}
	add(helped, m.fates.helped)
	add(goesOn, m.fates.goesOn)
	add(unclear, m.fates.unclear)
	for _, to := range m.fates.combinations() {
		add(strings.TrimSpace(lost+" "+to), m.fates.to[to])
	}
	safe, why, err := m.gate.Table("barrier/fates", t)
	if err != nil || why != "" {
		return nil, err
	}
	for _, row := range safe.Rows {
		if to := strings.Fields(strings.TrimPrefix(row.Name, lost)); strings.HasPrefix(row.Name, lost) && len(to) > 1 {
			all = append(all, Overlap{Barriers: to, People: row.Cells[0]})
		}
	}
	slices.SortStableFunc(all, func(x, y Overlap) int {
		return cmp.Or(cmp.Compare(y.People.Count.Or(0), x.People.Count.Or(0)), slices.Compare(x.Barriers, y.Barriers))
	})
	return all, nil
}

// loss returns how many people were lost to a barrier.
func (m *maker) loss(no string) (Loss, error) {
	n, alone := m.fates.toBarrier(no)
	var l Loss
	var err error
	if m.fates.unrecorded {
		return Loss{Share: notRecorded(), Alone: notRecorded()}, nil
	}
	if !m.attributes(no) {
		l.Share.Undefined, l.Alone.Undefined = NoCode, NoCode
		return l, nil
	}
	if l.Share, err = m.gate.One("barrier/"+no+"/lost", n, m.fates.all, referred); err != nil {
		return l, fmt.Errorf("barrier: %s: %w", no, err)
	}
	l.Alone, err = m.gate.One("barrier/"+no+"/lost alone", alone, m.fates.all, referred)
	return l, err
}

// notRecorded is the share of people of whom nobody wrote down what became.
func notRecorded() stat.Estimate {
	return stat.Estimate{Interval: stat.Interval{Lower: 0, Upper: 1}, Level: release.Level, Of: referred, Per: 1, Undefined: stat.NotRecorded}
}

// NoCode is why it is not known how many people were lost to a barrier: no coded reason counts to it.
const NoCode stat.Undefined = "no coded reason counts to it"

func (m *maker) attributes(no string) bool {
	for _, to := range m.Lost {
		if to == no {
			return true
		}
	}
	return false
}
