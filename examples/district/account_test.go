package main

import (
	"bytes"
	"fmt"
	"io"
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/consent/register"
	"github.com/socialprescribing/sp/directory/place"
	"github.com/socialprescribing/sp/evaluation"
	"github.com/socialprescribing/sp/funding/contract"
	"github.com/socialprescribing/sp/internal/tier"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/held"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/unmet"
	"github.com/socialprescribing/sp/store"
)

// The largest test that there is: whatever a stage hands on to the next is counted again from the
// database and the log, and has to be the same. The long tier takes the same district twice.
func TestDistrictLosesNobodyAndNoPenny(t *testing.T) {
	args := tier.Pick(
		small,
		[]string{"-days", "400", "-weekly", "20", "-pairs", "2"},
		[]string{"-days", "1095", "-weekly", "100", "-pairs", "2"},
	)
	folder := t.TempDir()
	d, printed := played(t, folder, args)
	account{t, d, printed}.check()
	if tier.Now() < tier.Long {
		return
	}
	other := t.TempDir()
	_, again := played(t, other, args)
	require.Equal(t, printed, again)
	wroteTheSame(t, folder, other)
}

// played returns a district after its last stage, and what it has printed.
func played(t *testing.T, folder string, args []string) (*district, string) {
	t.Helper()
	o, err := parse(args, io.Discard)
	require.NoError(t, err)
	db, done, err := database(t.Context(), folder)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, done()) })
	d := newDistrict(o, db, folder)
	var out bytes.Buffer
	require.NoError(t, d.tell(t.Context(), &out, io.Discard))
	return d, out.String()
}

// An account is a district whose books are gone through.
type account struct {
	t *testing.T
	*district
	printed string
}

func (a account) check() {
	a.t.Helper()
	a.people()
	a.placements()
	a.log()
	a.contracts()
}

// people are each in exactly one place: they wait, are due on a day, or their way is over.
func (a account) people() {
	t, tally := a.t, a.tally
	require.Equal(t, len(a.came), tally.referred)
	require.Len(t, a.clients, tally.referred)
	for kind, n := range map[string]int{person.Kind: tally.referred, register.Kind: tally.agreed + tally.refused} {
		require.Equal(t, n, a.records(kind), kind)
	}
	waiting, due := make(map[*client]int), make(map[*client]int)
	for _, c := range a.waiting {
		waiting[c]++
	}
	for day, on := range a.agenda {
		for _, c := range on {
			if c.due == day {
				due[c]++
			}
		}
	}
	states := make(map[referral.State]int)
	for _, c := range a.clients {
		file, err := a.load(t.Context(), c)
		require.NoError(t, err)
		states[file.Referral.State()]++
		if waiting[c] > 0 {
			require.ElementsMatch(t, c.tried, slices.Collect(maps.Keys(file.Tried())), c.arrival.Referral)
		}
		at := waiting[c] + due[c]
		if !file.Referral.State().Open() {
			require.Zero(t, at, "%s is over, and expected", c.arrival.Referral)
			continue
		}
		require.Equal(t, 1, at, "%s is %s, and nobody has them, or two do", c.arrival.Referral, file.Referral.State())
	}
	require.Equal(t, tally.declined, states[referral.StateDeclined])
	require.Equal(t, tally.closed+tally.unreachable, states[referral.StateClosed])
	open := states[referral.StateReceived] + states[referral.StateAccepted] + states[referral.StateActive]
	require.Equal(t, len(waiting)+len(due), open)
	require.Equal(t, tally.referred, open+tally.declined+tally.unreachable+tally.closed)
	require.Contains(t, a.printed, fmt.Sprintf("POLICIES  the %d people of the log again", tally.referred))
}

// records counts what the database has of a kind.
func (a account) records(kind string) (n int) {
	for _, err := range a.db.Scan(a.t.Context(), store.Query{Kind: kind}) {
		require.NoError(a.t, err)
		n++
	}
	return n
}

// placements are as many as places were given out, and hold theirs exactly as long as they are open.
func (a account) placements() {
	t, tally := a.t, a.tally
	states, open := make(map[placement.State]int), make(map[string]bool)
	for p, err := range placement.NewRepository(a.db, anybody{}).All(t.Context(), placement.Query{}) {
		require.NoError(t, err)
		states[p.State()]++
		if p.State().Open() {
			open[string(p.ID())] = true
		}
	}
	all := 0
	for _, n := range states {
		all += n
	}
	require.Equal(t, tally.placed, all)
	require.Equal(t, tally.placed, tally.told+tally.withheld+tally.ourself)
	require.Equal(t, tally.finished, states[placement.StateCompleted])
	require.Equal(t, tally.full, states[placement.StateDeclined])
	require.LessOrEqual(t, tally.stopped, states[placement.StateStopped]+states[placement.StateWithdrawn])

	holds := make(map[string]bool)
	for p, err := range place.NewRepository(a.db).All(t.Context()) {
		require.NoError(t, err)
		for _, h := range p.Holds() {
			require.False(t, holds[h.For], "%s holds two places", h.For)
			holds[h.For] = true
		}
		require.LessOrEqual(t, len(p.Holds()), p.Stated().Available.Or(0), p.Offer())
	}
	require.Equal(t, open, holds)
	for f, err := range held.Forgotten(t.Context(), a.db) {
		require.NoError(t, err)
		t.Errorf("%v is held for nobody", f)
	}
}

// log has every event once, in order of time, and what is counted from it are these people.
func (a account) log() {
	t, tally := a.t, a.tally
	types := make(map[store.EventType]int)
	for e, err := range a.db.Log(t.Context(), "", "") {
		require.NoError(t, err)
		types[e.Type]++
		require.Less(t, sp.DateOf(e.Stamp.At), start.Add(a.days+1), "%s", e.Key)
	}
	for name, n := range map[store.EventType]int{
		referral.EventReceived: tally.referred, referral.EventDeclined: tally.declined, referral.EventClosed: tally.closed + tally.unreachable,
		referral.EventAssessed: tally.agreed + tally.refused, referral.EventPlacementProposed: tally.placed,
		referral.EventNothingFound: tally.nowhere + tally.gaveUp, referral.EventFeedbackSent: tally.closed,
		placement.EventCompleted: tally.finished, placement.EventDeclined: tally.full,
	} {
		require.Equal(t, n, types[name], "%s", name)
	}
	nothing := 0
	for line, err := range unmet.Ledger(a.db.Log(t.Context(), "", "")) {
		require.NoError(t, err)
		if line.Kind == unmet.NothingFound {
			nothing++
		}
	}
	require.Equal(t, tally.nowhere+tally.gaveUp, nothing)
	figures, err := a.run.Figures(t.Context())
	require.NoError(t, err)
	of := make(map[string]int)
	for _, f := range figures {
		if f.Defined() && slices.Contains([]string{"people referred", "people with needs assessed"}, f.Estimate.Of) && f.Category == "" {
			of[f.Estimate.Of]++
			require.InDelta(t, a.counted(f), f.Estimate.Denominator+float64(f.Excluded), 0, "%v", f)
		}
	}
	require.Positive(t, of["people with needs assessed"])
}

// counted is of how many people an indicator tells, with those whom it leaves out.
func (a account) counted(f evaluation.Figure) float64 {
	if f.Estimate.Of == "people referred" {
		return float64(a.tally.referred)
	}
	return float64(a.tally.agreed + a.tally.refused) // who was reached was assessed, and asked
}

// contracts add up: each over its financial years, all to the total, and month by month.
func (a account) contracts() {
	t := a.t
	var total int64
	months := make(map[int]int64)
	for terms := range a.book.All() {
		total += terms.Amount.Minor()
		parts, err := contract.Spread(terms.Amount, terms.Period, 0, contract.ByDays)
		require.NoError(t, err)
		var spread int64
		for _, p := range parts {
			spread += p.Amount.Minor()
		}
		require.Equal(t, terms.Amount.Minor(), spread, terms.ID)
		for i := range a.days / 28 {
			if on := start.AddMonths(i); terms.Period.Start <= on && on < terms.Period.End {
				months[i] += sp.Pounds(400).Minor() // which each of them is paid a month
			}
		}
	}
	require.Equal(t, total, a.book.Total().Minor())
	for i, rate := range a.book.RunRate(start, a.days/28) {
		require.Equal(t, months[i], rate.Minor(), "month %d", i)
	}
	require.Contains(t, a.printed, fmt.Sprintf("contracts of %v in all", a.book.Total()))
}
