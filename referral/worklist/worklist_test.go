package worklist_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/concern"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/reason"
	"github.com/socialprescribing/sp/referral/referraltest"
	"github.com/socialprescribing/sp/referral/worklist"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
	"github.com/socialprescribing/sp/store/storetest"
)

var all = referraltest.AllowAll{}

func receive(id string, urgency referral.Urgency, day int) *referral.Referral {
	a := referraltest.Submission(referral.ID(id))
	a.Urgency = urgency
	r, err := referraltest.Receive(a, all, referraltest.By(sp.RoleReferrer, day))
	if err != nil {
		panic(err)
	}
	return r
}

// Somebody who has waited long enough comes before somebody whose case is more
// urgent on paper.
func Example() {
	ctx := context.Background()
	db := store.Tenant(memstore.New(), "bay")
	_ = store.Save(ctx, db, receive("R-1", referral.Routine, 0), receive("R-2", referral.Soon, 20), receive("R-3", referral.Urgent, 27))

	standards := worklist.Standards{Name: "bay-1", Ageing: 14, Days: map[referral.Urgency]int{referral.Routine: 21, referral.Urgent: 2}}
	list, err := worklist.Waiting(ctx, referral.NewRepository(db, all), referral.Query{}, standards, sp.Calendar{}, referraltest.Day(29))
	for _, w := range list {
		fmt.Println(w.Referral, w.Urgency, "as", w.Class, "-", w.Days, "days, late:", w.Late)
	}
	fmt.Println(err)
	// Output:
	// R-1 routine as urgent - 29 days, late: yes
	// R-3 urgent as urgent - 2 days, late: no
	// R-2 soon as soon - 9 days, late: unknown
	// <nil>
}

func TestOnlyThoseWhoWaitAreOnTheWaitingList(t *testing.T) {
	ctx, db := t.Context(), store.Tenant(memstore.New(), "bay")
	for _, s := range referral.Table().States() {
		require.NoError(t, store.Save(ctx, db, referraltest.Referral(referral.ID("R-"+s), s)))
	}
	repo := referral.NewRepository(db, all)
	list, err := worklist.Waiting(ctx, repo, referral.Query{}, worklist.Standards{}, sp.Calendar{}, referraltest.Day(10))
	require.NoError(t, err)
	require.Len(t, list, 2)
	require.Equal(t, []referral.ID{"R-accepted", "R-received"}, []referral.ID{list[0].Referral, list[1].Referral}, "equal ones by ID")
	mine, err := worklist.Waiting(ctx, repo, referral.Query{Worker: referraltest.Worker, Limit: 1, After: "Z"}, worklist.Standards{}, sp.Calendar{}, referraltest.Day(0))
	require.NoError(t, err)
	require.Len(t, mine, 1)
	require.Zero(t, mine[0].Days)
	list, err = worklist.Waiting(ctx, repo, referral.Query{}, worklist.Standards{}, sp.Calendar{}, referraltest.Day(-5))
	require.NoError(t, err)
	require.Empty(t, list, "nobody has waited less than nothing")
	rule := worklist.Rule{Code: "new", States: []referral.State{referral.StateReceived}, Since: worklist.SinceReceived}
	for day, want := range map[int]int{-5: 0, 0: 1} {
		n := 0
		for _, err := range worklist.Stuck(ctx, repo, []worklist.Rule{rule}, sp.Calendar{}, referraltest.Day(day)) {
			require.NoError(t, err)
			n++
		}
		require.Equal(t, want, n, "nothing is stuck before it began: day %d", day)
	}
}

func TestAPolicyEscalatesAMissedStandardAfterItsGrace(t *testing.T) {
	ctx, db := t.Context(), store.Tenant(memstore.New(), "bay")
	require.NoError(t, store.Save(ctx, db, receive("R-1", referral.Soon, 0)))
	by := worklist.Standards{Name: "bay-1", Days: map[referral.Urgency]int{referral.Soon: 7}, Grace: 3}
	for day, want := range map[int]struct {
		late     sp.Truth
		escalate bool
	}{7: {sp.No, false}, 8: {sp.Yes, false}, 10: {sp.Yes, false}, 11: {sp.Yes, true}} {
		list, err := worklist.Waiting(ctx, referral.NewRepository(db, all), referral.Query{}, by, sp.Calendar{}, referraltest.Day(day))
		require.NoError(t, err)
		require.Equal(t, want.late, list[0].Late, "day %d", day)
		require.Equal(t, want.escalate, list[0].Escalate, "day %d", day)
		require.Equal(t, 7-day, list[0].Left)
	}
}

func TestStandardsPromiseByWhenSomebodySpeaksToAPerson(t *testing.T) {
	friday := sp.NewDate(2026, time.May, 1)
	c := sp.NewCalendar(time.UTC, friday+3) // the Monday is a holiday
	by := worklist.Standards{Days: map[referral.Urgency]int{referral.Routine: 10}, Workdays: map[referral.Urgency]int{referral.Urgent: 1}}
	for name, tt := range map[string]struct {
		of   referral.Urgency
		want sp.Date
		ok   bool
	}{
		"so many days later":                 {referral.Routine, friday + 10, true},
		"so many working days later":         {referral.Urgent, friday + 4, true},
		"nothing where there is no standard": {referral.Soon, friday, false},
	} {
		t.Run(name, func(t *testing.T) {
			due, ok := by.Due(tt.of, friday, c)
			require.Equal(t, tt.ok, ok)
			require.Equal(t, tt.want, due)
		})
	}
}

// The referral comes in on a Thursday evening before a weekend and a holiday.
func TestAStandardOfWorkingDaysPassesOverWeekendsAndHolidays(t *testing.T) {
	ctx, db := t.Context(), store.Tenant(memstore.New(), "bay")
	r := referral.New("R-1", all)
	thursday := time.Date(2026, time.April, 30, 23, 30, 0, 0, time.UTC)
	a := referraltest.Submission("R-1")
	a.Urgency = referral.Soon
	require.NoError(t, r.Receive(a, sp.By(sp.Actor{ID: "dr", Role: sp.RoleReferrer}, thursday)))
	require.NoError(t, store.Save(ctx, db, r))
	monday := sp.NewDate(2026, time.May, 4) // a bank holiday
	by := worklist.Standards{Name: "bay-1", Workdays: map[referral.Urgency]int{referral.Soon: 2}, Grace: 1}
	for _, tt := range []struct {
		zone *time.Location
		on   int // days after Thursday, at noon
		want worklist.Wait
	}{
		{time.UTC, 4, worklist.Wait{Days: 4, Due: monday + 1, Left: 1, Late: sp.No}},
		{time.UTC, 5, worklist.Wait{Days: 5, Due: monday + 1, Left: 0, Late: sp.No}},
		{time.UTC, 6, worklist.Wait{Days: 6, Due: monday + 1, Left: -1, Late: sp.Yes}},
		{time.UTC, 7, worklist.Wait{Days: 7, Due: monday + 1, Left: -2, Late: sp.Yes, Escalate: true}},
		{time.FixedZone("BST", 3600), 6, worklist.Wait{Days: 5, Due: monday + 2, Left: 0, Late: sp.No}}, // there it was Friday
	} {
		c := sp.NewCalendar(tt.zone, monday)
		list, err := worklist.Waiting(ctx, referral.NewRepository(db, all), referral.Query{}, by, c, thursday.Add(time.Duration(tt.on)*24*time.Hour-12*time.Hour+30*time.Minute))
		require.NoError(t, err)
		w := list[0]
		require.Equal(t, tt.want, worklist.Wait{Days: w.Days, Due: w.Due, Left: w.Left, Late: w.Late, Escalate: w.Escalate}, "after %d days", tt.on)
	}
}

func TestStandardsThatCannotBeKeptAreRefused(t *testing.T) {
	repo := referral.NewRepository(store.Tenant(memstore.New(), "bay"), all)
	days := func(u referral.Urgency, n int) map[referral.Urgency]int { return map[referral.Urgency]int{u: n} }
	for path, by := range map[string]worklist.Standards{
		"days.soon":        {Days: days(referral.Soon, -1)},
		"workdays.routine": {Workdays: days(referral.Routine, 36526)},
		"days.*":           {Days: days("at once", 1)},
		"workdays.urgent":  {Days: days(referral.Urgent, 1), Workdays: days(referral.Urgent, 1)},
		"ageing":           {Ageing: -1},
		"grace":            {Grace: -1},
	} {
		_, err := worklist.Waiting(t.Context(), repo, referral.Query{}, by, sp.Calendar{}, referraltest.Day(0))
		broken, ok := errors.AsType[*sp.InvalidError](err)
		require.True(t, ok, path)
		require.Equal(t, path, broken.Fields[0].Path)
	}
}

func TestFeedbackIsOwedToReferrersAndProvidersInOneQueue(t *testing.T) {
	ctx, db := t.Context(), store.Tenant(memstore.New(), "bay")
	save := func(c store.Change) { require.NoError(t, store.Save(ctx, db, c)) }
	for i, day := range []int{9, 3, 6} {
		r := receive(fmt.Sprintf("R-%d", i), referral.Routine, 0)
		require.NoError(t, r.Accept("ann", referraltest.By(sp.RoleLinkWorker, day)))
		save(r)
	}
	for i, day := range []int{8, 5, 12} {
		p := referraltest.Placement(placement.ID(fmt.Sprintf("PL-%d", i)), placement.StateOffered)
		require.NoError(t, p.Withdraw(reason.Because(reason.Moved), referraltest.By(sp.RoleLinkWorker, day)))
		save(p)
	}
	owed := worklist.FeedbackOwed(ctx, referral.NewRepository(db, all), placement.NewRepository(db, all), sp.Calendar{}, referraltest.Day(12))
	collect := func() (lines []string) {
		for o, err := range owed {
			require.NoError(t, err)
			lines = append(lines, fmt.Sprintf("%d %s %s %s%s", o.Days, o.To, o.Recipient, o.Referral, o.Placement))
		}
		return lines
	}
	want := []string{
		"9 referrer referrer-1 R-1", "7 provider bay/green R-1PL-1", "6 referrer referrer-1 R-2",
		"4 provider bay/green R-1PL-0", "3 referrer referrer-1 R-0",
	}
	require.Equal(t, want, collect())
	require.Equal(t, want, collect(), "ranged again it starts again")
	for range owed {
		break // and leaves nothing behind
	}
}

// broken is a driver whose scans fail.
type broken struct{ store.Driver }

var errDisk = errors.New("disk")

func (broken) Scan(context.Context, store.Query) iter.Seq2[store.Record, error] {
	return func(yield func(store.Record, error) bool) { yield(store.Record{}, errDisk) }
}

func TestTheWorklistTellsAFaultLast(t *testing.T) {
	ctx, db := t.Context(), broken{memstore.New()}
	referrals, placements := referral.NewRepository(db, all), placement.NewRepository(db, all)
	_, err := worklist.Waiting(ctx, referrals, referral.Query{}, worklist.Standards{}, sp.Calendar{}, referraltest.Day(0))
	require.ErrorIs(t, err, errDisk)
	n := 0
	for _, err := range worklist.FeedbackOwed(ctx, referrals, placements, sp.Calendar{}, referraltest.Day(0)) {
		require.ErrorIs(t, err, errDisk)
		n++
	}
	for _, err := range worklist.Stuck(ctx, referrals, rules, sp.Calendar{}, referraltest.Day(0)) {
		require.ErrorIs(t, err, errDisk)
		n++
	}
	require.Equal(t, 2, n)
}

var rules = []worklist.Rule{
	{Code: "untouched", Says: "nothing has happened", States: []referral.State{referral.StateReceived, referral.StateAccepted, referral.StateActive}, Since: worklist.SinceTouched, Days: 14},
	{Code: "no-placement", Says: "spoken to, but nothing was proposed", States: []referral.State{referral.StateActive}, Since: worklist.SinceContact, Days: 21, Unplaced: true},
	{Code: "flag", Says: "nobody has taken a concern over", States: []referral.State{referral.StateActive, referral.StateClosed}, Since: worklist.SinceFlagged, Days: 1},
	{Code: "long", Says: "open for long", States: []referral.State{referral.StateActive}, Since: worklist.SinceReceived, Days: 90},
}

func TestTheWorklistSaysThatOneHalfOfAQueueCannotBeRead(t *testing.T) {
	ctx, db := t.Context(), store.Tenant(memstore.New(), "bay")
	require.NoError(t, store.Save(ctx, db, referraltest.Referral("R-1", referral.StateClosed)))
	p := referraltest.Placement("PL-1", placement.StateOffered)
	require.NoError(t, p.Withdraw(reason.Because(reason.Moved), referraltest.By(sp.RoleLinkWorker, 8)))
	require.NoError(t, store.Save(ctx, db, p))
	for _, kind := range []string{referral.Kind, placement.Kind} {
		half := storetest.Faulty(db, storetest.Fault{Kind: kind, Err: errDisk})
		var last error
		for _, err := range worklist.FeedbackOwed(ctx, referral.NewRepository(half, all), placement.NewRepository(half, all), sp.Calendar{}, referraltest.Day(60)) {
			require.NoError(t, last, "the error is the last pair")
			last = err
		}
		require.ErrorIs(t, last, errDisk, kind)
	}
}

func TestAWaitSaysWhoWaitsForWhomAndWhatWasTried(t *testing.T) {
	ctx, db := t.Context(), store.Tenant(memstore.New(), "bay")
	r := referraltest.Referral("R-1", referral.StateAccepted)
	require.NoError(t, r.Attempt(person.Phone, referraltest.By(sp.RoleLinkWorker, 2)))
	require.NoError(t, store.Save(ctx, db, r))
	list, err := worklist.Waiting(ctx, referral.NewRepository(db, all), referral.Query{}, worklist.Standards{}, sp.Calendar{}, referraltest.Day(5))
	require.NoError(t, err)
	require.Equal(t, []worklist.Wait{{
		Referral: "R-1", Person: "P-1", Worker: referraltest.Worker, Urgency: referral.Routine, Class: referral.Routine,
		Since: referraltest.Day(0), Days: 5, Attempts: 1,
	}}, list)
}

func TestStuckCasesBreakARule(t *testing.T) {
	worker := func(n int) sp.Stamp { return referraltest.By(sp.RoleLinkWorker, n) }
	for _, tt := range []struct {
		name string
		make func() *referral.Referral
		day  int
		want []string
	}{
		{"a fresh case is not stuck", func() *referral.Referral { return referraltest.Referral("R-1", referral.StateActive) }, 4, nil},
		{"quiet for two weeks", func() *referral.Referral { return referraltest.Referral("R-1", referral.StateAccepted) }, 15, []string{"untouched"}},
		{"a day short of two weeks", func() *referral.Referral { return referraltest.Referral("R-1", referral.StateAccepted) }, 14, nil},
		{"spoken to, and nothing proposed", func() *referral.Referral {
			r := referraltest.Referral("R-1", referral.StateActive) // day 3
			require.NoError(t, r.Contact(person.Phone, 5, worker(20)))
			return r
		}, 24, []string{"no-placement"}},
		{"something was proposed", func() *referral.Referral {
			r := referraltest.Referral("R-1", referral.StateActive)
			_, err := referral.NewCase(r).Propose(referraltest.Proposal("PL-1"), worker(20))
			require.NoError(t, err)
			return r
		}, 24, nil},
		{"a flag is open on a closed case", func() *referral.Referral {
			r := referraltest.Referral("R-1", referral.StateClosed)
			require.NoError(t, r.Raise(referral.Flagged{Flag: "F-1", Kind: concern.Safeguarding, To: "lead"}, worker(40)))
			return r
		}, 41, []string{"flag"}},
		{"a flag that was taken over is none", func() *referral.Referral {
			r := referraltest.Referral("R-1", referral.StateClosed)
			require.NoError(t, r.Raise(referral.Flagged{Flag: "F-1", Kind: concern.Safeguarding, To: "lead"}, worker(40)))
			require.NoError(t, r.AcceptHandOver("F-1", "lead", "", sp.By(sp.Actor{ID: "nurse-1", Role: sp.RoleProvider, For: "lead"}, referraltest.Day(40))))
			return r
		}, 41, nil},
		{"several rules at once", func() *referral.Referral { return referraltest.Referral("R-1", referral.StateActive) }, 95, []string{"untouched", "no-placement", "long"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			db := store.Tenant(memstore.New(), "bay")
			require.NoError(t, store.Save(t.Context(), db, tt.make()))
			var codes []string
			for f, err := range worklist.Stuck(t.Context(), referral.NewRepository(db, all), rules, sp.Calendar{}, referraltest.Day(tt.day)) {
				require.NoError(t, err)
				require.GreaterOrEqual(t, f.Days, f.Rule.Days)
				codes = append(codes, f.Rule.Code)
			}
			require.Equal(t, tt.want, codes)
		})
	}
	for range worklist.Stuck(t.Context(), referral.NewRepository(memstore.New(), all), nil, sp.Calendar{}, referraltest.Day(0)) {
		t.Fatal("without rules nothing is stuck")
	}
}

func TestARuleThatCouldNeverFindAnythingIsRefused(t *testing.T) {
	good := rules[0]
	edit := func(f func(*worklist.Rule)) worklist.Rule {
		rule := good
		f(&rule)
		return rule
	}
	for _, tt := range []struct {
		name string
		rule worklist.Rule
		path string
	}{
		{"the zero rule", worklist.Rule{}, "rules[1].since"},
		{"a mistyped moment", edit(func(r *worklist.Rule) { r.Since = "since-received" }), "rules[1].since"},
		{"no state", edit(func(r *worklist.Rule) { r.States = nil }), "rules[1].states"},
		{"a mistyped state", edit(func(r *worklist.Rule) { r.States = []referral.State{"activ"} }), "rules[1].states[0]"},
		{"days to come", edit(func(r *worklist.Rule) { r.Days = -1 }), "rules[1].days"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			db := store.Tenant(memstore.New(), "bay")
			require.NoError(t, store.Save(t.Context(), db, referraltest.Referral("R-1", referral.StateActive)))
			n := 0
			for f, err := range worklist.Stuck(t.Context(), referral.NewRepository(db, all), []worklist.Rule{good, tt.rule}, sp.Calendar{}, referraltest.Day(90)) {
				var invalid *sp.InvalidError
				require.ErrorAs(t, err, &invalid)
				require.Equal(t, tt.path, invalid.Fields[0].Path)
				require.Zero(t, f)
				n++
			}
			require.Equal(t, 1, n, "and nothing else is told")
		})
	}
}
