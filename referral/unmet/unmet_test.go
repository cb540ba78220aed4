package unmet_test

import (
	"context"
	"fmt"
	"iter"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/reason"
	"github.com/socialprescribing/sp/referral/referraltest"
	"github.com/socialprescribing/sp/referral/unmet"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
)

// A case that found little: what it lacked stays on record.
func Example() {
	ctx := context.Background()
	db := store.Tenant(memstore.New(), "bay")
	worker := func(n int) sp.Stamp { return referraltest.By(sp.RoleLinkWorker, n) }
	r := referraltest.Referral("R-1", referral.StateActive)
	_ = r.NothingFound(needs.Debt, reason.Because(reason.NoCapacity), worker(4))
	p, _ := referral.NewCase(r).Propose(referraltest.Proposal("PL-1"), worker(4))
	_ = p.Offer(referraltest.Sending(), referraltest.AllowAll{}, worker(5))
	_ = p.Lapse(worker(30))
	_ = store.Save(ctx, db, r, p)

	for line, err := range unmet.Ledger(db.Log(ctx, "", "")) {
		fmt.Println(line.Kind, line.Need, line.Reason.Code, line.Referral, line.Service, err)
	}
	fmt.Println(unmet.Count(unmet.Ledger(db.Log(ctx, "", ""))))
	// Output:
	// nothing-found debt no-capacity R-1  <nil>
	// lapsed loneliness no-reply R-1 bay/garden <nil>
	// map[debt:1 loneliness:1] <nil>
}

// lines returns the ledger of some changes as short text.
func lines(t *testing.T, changes ...store.Change) (list []string) {
	t.Helper()
	db := store.Tenant(memstore.New(), "bay")
	require.NoError(t, store.Save(t.Context(), db, changes...))
	for line, err := range unmet.Ledger(db.Log(t.Context(), "", "")) {
		require.NoError(t, err)
		require.Equal(t, line.Kind == unmet.Retracted, line.Need == "")
		list = append(list, fmt.Sprintf("%s %s", line.Kind, line.Need))
	}
	return list
}

func TestEachNoEachSilenceAndEachNeedThatIsLeftLeavesALine(t *testing.T) {
	worker := func(n int) sp.Stamp { return referraltest.By(sp.RoleLinkWorker, n) }
	both := func(kind string) []string { return []string{kind + " loneliness", kind + " debt"} }
	partly := referraltest.Referral("R-1", referral.StateActive)
	require.NoError(t, referral.NewCase(partly).Close(needs.Result{Outcome: needs.PartlyMet, Unmet: []needs.Code{needs.Debt}}, worker(9)))
	nothing := referraltest.Referral("R-1", referral.StateActive)
	require.NoError(t, referral.NewCase(nothing).Close(needs.Result{Outcome: needs.NotMet}, worker(9)))
	finished := referraltest.Placement("PL-1", placement.StateStarted)
	require.NoError(t, finished.Complete(needs.Result{Outcome: needs.NotMet}, referraltest.By(sp.RoleProvider, 20)))
	mistake := referraltest.Placement("PL-1", placement.StateDeclined)
	require.NoError(t, mistake.EnterInError(reason.Because(reason.Mistake), worker(9)))
	for _, tt := range []struct {
		name   string
		change store.Change
		want   []string
	}{
		{"a referral that is declined", referraltest.Referral("R-1", referral.StateDeclined), both("declined")},
		{"a referral that expires", referraltest.Referral("R-1", referral.StateExpired), both("lapsed")},
		{"a referral that is withdrawn is not the fault of what there is", referraltest.Referral("R-1", referral.StateWithdrawn), nil},
		{"a referral that ends well", referraltest.Referral("R-1", referral.StateClosed), nil},
		{"a referral that ends with a need left", partly, []string{"still-there debt"}},
		{"a referral that ends with every need left", nothing, both("still-there")},
		{"an offer that is declined", referraltest.Placement("PL-1", placement.StateDeclined), []string{"declined loneliness"}},
		{"an offer that lapses", referraltest.Placement("PL-1", placement.StateLapsed), []string{"lapsed loneliness"}},
		{"help that is stopped", referraltest.Placement("PL-1", placement.StateStopped), []string{"stopped loneliness"}},
		{"help that does not help", finished, []string{"still-there loneliness"}},
		{"help that helps", referraltest.Placement("PL-1", placement.StateCompleted), nil},
		{"a mistake takes its lines back", mistake, []string{"declined loneliness", "retracted "}},
	} {
		t.Run(tt.name, func(t *testing.T) { require.Equal(t, tt.want, lines(t, tt.change)) })
	}
}

func TestANoLeavesALineByWhateverCommandItWasGiven(t *testing.T) {
	person := referraltest.By(sp.RolePerson, 30)
	withdraw := func(code string, s sp.Stamp) func(*placement.Placement) error {
		return func(p *placement.Placement) error { return p.Withdraw(reason.Because(code), s) }
	}
	for _, tt := range []struct {
		name string
		say  func(*placement.Placement) error
		want int
	}{
		{"declined", func(p *placement.Placement) error { return p.Decline(reason.Because(reason.NoTransport), person) }, 1},
		{"withdrawn by the person", withdraw(reason.NoTransport, person), 1},
		{"withdrawn by the link worker", withdraw(reason.TooDear, referraltest.By(sp.RoleLinkWorker, 30)), 1},
		{"withdrawn since the person has died", withdraw(reason.Died, referraltest.By(sp.RoleLinkWorker, 30)), 0},
		{"withdrawn as another said yes", withdraw(reason.OtherOfferAccepted, referraltest.By(sp.RoleSystem, 30)), 0},
		{"withdrawn as a consequence", withdraw(reason.PersonsChoice, referraltest.By(sp.RoleSystem, 30)), 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := referraltest.Placement("PL-1", placement.StateOffered)
			require.NoError(t, tt.say(p))
			require.Len(t, lines(t, p), tt.want)
		})
	}
	c := referral.NewCase(referraltest.Referral("R-1", referral.StateActive))
	_, err := c.Propose(referraltest.Proposal("PL-1"), referraltest.By(sp.RoleLinkWorker, 4))
	require.NoError(t, err)
	require.NoError(t, c.Withdraw(reason.Because(reason.PersonsChoice), person))
	require.Empty(t, lines(t, c), "the placement was withdrawn with its case: nobody said no to it")
}

func TestLedgerPassesOverEventsOfOtherKinds(t *testing.T) {
	got, err := unmet.Lines(store.RecordedEvent{Key: store.Key{Kind: "fund", ID: "F-1"}, Type: "fund.opened", Data: []byte("?")})
	require.NoError(t, err)
	require.Empty(t, got)
}

func TestTheLedgerEndsAtAnEventThatCannotBeRead(t *testing.T) {
	strange := store.RecordedEvent{Key: store.Key{Kind: referral.Kind, ID: "R-1"}, Type: "referral.teleported", Data: []byte("{}")}
	var log iter.Seq2[store.RecordedEvent, error] = func(yield func(store.RecordedEvent, error) bool) {
		for yield(strange, nil) { // for as long as anybody listens
		}
	}
	n := 0
	for _, err := range unmet.Ledger(log) {
		require.ErrorIs(t, err, sp.ErrInvalid)
		n++
	}
	require.Equal(t, 1, n)
}

func TestALineSaysWhereItStoodWhenAndOfWhichReferral(t *testing.T) {
	worker := func(n int) sp.Stamp { return referraltest.By(sp.RoleLinkWorker, n) }
	c := referral.NewCase(referraltest.Referral("R-1", referral.StateActive))
	full := reason.Because(reason.NoCapacity)
	require.NoError(t, c.Referral.NothingFound(needs.Debt, full, worker(4)))
	p, err := c.Propose(referraltest.Proposal("PL-1"), worker(4))
	require.NoError(t, err)
	require.NoError(t, p.Decline(full, worker(5)))
	require.NoError(t, p.EnterInError(reason.Because(reason.Mistake), worker(6)))
	db := store.Tenant(memstore.New(), "bay")
	require.NoError(t, store.Save(t.Context(), db, c))
	r, pl := store.Key{Tenant: "bay", Kind: referral.Kind, ID: "R-1"}, store.Key{Tenant: "bay", Kind: placement.Kind, ID: "PL-1"}
	want := []unmet.Line{
		{Source: r, Version: 4, At: referraltest.Day(4), Kind: unmet.NothingFound, Need: needs.Debt, Reason: full, Referral: "R-1"},
		{Source: pl, Version: 2, At: referraltest.Day(5), Kind: unmet.Declined, Need: needs.Loneliness, Reason: full, Referral: "R-1", Service: "bay/garden"},
		{Source: pl, Version: 3, At: referraltest.Day(6), Kind: unmet.Retracted, Reason: reason.Because(reason.Mistake)},
	}
	var got []unmet.Line
	for line, err := range unmet.Ledger(db.Log(t.Context(), "", "")) {
		require.NoError(t, err)
		got = append(got, line)
	}
	require.Equal(t, want, got)
	for line := range unmet.Ledger(db.Log(t.Context(), "", "")) { // and whoever has seen enough may stop
		require.Equal(t, want[0], line)
		break
	}
}

func TestALogThatFailsIsNotAShortLedger(t *testing.T) {
	var log iter.Seq2[store.RecordedEvent, error] = func(yield func(store.RecordedEvent, error) bool) { yield(store.RecordedEvent{}, context.Canceled) }
	n := 0
	for _, err := range unmet.Ledger(log) {
		require.ErrorIs(t, err, context.Canceled)
		n++
	}
	require.Equal(t, 1, n)
}

// ledger yields lines, and then an error if there is one.
func ledger(err error, lines ...unmet.Line) iter.Seq2[unmet.Line, error] {
	return func(yield func(unmet.Line, error) bool) {
		for _, line := range lines {
			if !yield(line, nil) {
				return
			}
		}
		if err != nil {
			yield(unmet.Line{}, err)
		}
	}
}

func TestTheLedgerCountsOnceWhatPeopleLack(t *testing.T) {
	line := func(tenant, kind, id string, of referral.ID, how unmet.Kind, need needs.Code) unmet.Line {
		return unmet.Line{Source: store.Key{Tenant: tenant, Kind: kind, ID: id}, Referral: of, Kind: how, Need: need}
	}
	offer := func(id string, how unmet.Kind, need needs.Code) unmet.Line {
		return line("bay", placement.Kind, id, "R-1", how, need)
	}
	because := func(code string, how unmet.Kind, need needs.Code) unmet.Line {
		l := line("bay", referral.Kind, "R-9", "R-9", how, need)
		l.Reason = reason.Because(code)
		return l
	}
	end := line("bay", referral.Kind, "R-1", "R-1", unmet.StillThere, needs.Debt)
	mistake := line("bay", placement.Kind, "PL-1", "", unmet.Retracted, "")
	never := line("bay", referral.Kind, "R-1", "R-1", unmet.Retracted, "")
	type counts = map[needs.Code]int
	for _, tt := range []struct {
		name  string
		lines []unmet.Line
		want  counts
	}{
		{"nothing was unmet", nil, counts{}},
		{"by two offers and at the end", []unmet.Line{offer("PL-1", unmet.Declined, needs.Debt), offer("PL-2", unmet.Lapsed, needs.Debt), end}, counts{needs.Debt: 1}},
		{"two needs of one person", []unmet.Line{offer("PL-1", unmet.Declined, needs.Grief), end}, counts{needs.Debt: 1, needs.Grief: 1}},
		{"two people", []unmet.Line{end, line("bay", referral.Kind, "R-2", "R-2", unmet.Declined, needs.Debt)}, counts{needs.Debt: 2}},
		{"two people of two tenants with one ID", []unmet.Line{end, line("dale", referral.Kind, "R-1", "R-1", unmet.Declined, needs.Debt)}, counts{needs.Debt: 2}},
		{"a placement takes back its own", []unmet.Line{offer("PL-1", unmet.Declined, needs.Grief), mistake, end}, counts{needs.Debt: 1}},
		{"and what another said stands", []unmet.Line{offer("PL-1", unmet.Declined, needs.Debt), mistake, offer("PL-2", unmet.Lapsed, needs.Debt)}, counts{needs.Debt: 1}},
		{"what was sent twice is lacked once", []unmet.Line{end, because(reason.Duplicate, unmet.Declined, needs.Debt)}, counts{needs.Debt: 1}},
		{"what is no longer needed is not lacked", []unmet.Line{because(reason.NoLongerNeeded, unmet.Stopped, needs.Grief)}, counts{}},
		{"where nothing was found there is a lack, whatever follows", []unmet.Line{because(reason.Moved, unmet.NothingFound, needs.Grief)}, counts{needs.Grief: 1}},
		{"a referral takes back everything", []unmet.Line{offer("PL-1", unmet.Declined, needs.Grief), end, never}, counts{}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := unmet.Count(ledger(nil, tt.lines...))
			require.NoError(t, err)
			require.Equal(t, tt.want, got)
		})
	}
	_, err := unmet.Count(ledger(sp.ErrInvalid, end))
	require.ErrorIs(t, err, sp.ErrInvalid)
}

func TestAReferralThatWasAMistakeCountsNothing(t *testing.T) {
	worker := func(n int) sp.Stamp { return referraltest.By(sp.RoleLinkWorker, n) }
	db := store.Tenant(memstore.New(), "bay")
	c := referral.NewCase(referraltest.Referral("R-1", referral.StateActive))
	p, err := c.Propose(referraltest.Proposal("PL-1"), worker(4))
	require.NoError(t, err)
	require.NoError(t, p.Decline(reason.Because(reason.NoCapacity), worker(5)))
	count := func() map[needs.Code]int {
		require.NoError(t, store.Save(t.Context(), db, c))
		counts, err := unmet.Count(unmet.Ledger(db.Log(t.Context(), "", "")))
		require.NoError(t, err)
		return counts
	}
	require.Equal(t, map[needs.Code]int{needs.Loneliness: 1}, count())
	require.NoError(t, c.EnterInError(reason.Because(reason.Mistake), worker(9)))
	require.Empty(t, count(), "nor what its placements had left before")
}
