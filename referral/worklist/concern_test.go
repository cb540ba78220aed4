package worklist_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/concern"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/referraltest"
	"github.com/socialprescribing/sp/referral/worklist"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
	"github.com/socialprescribing/sp/store/storetest"
)

var clocks = map[concern.Kind]concern.Standard{
	concern.Crisis: concern.Proposed(concern.Crisis, sp.Calendar{}), concern.Safeguarding: concern.Proposed(concern.Safeguarding, sp.Calendar{}),
}

// worried is a referral with a concern of day 4, which the crisis team was asked about.
func worried(id referral.ID, kind concern.Kind) *referral.Referral {
	r := referraltest.Referral(id, referral.StateActive)
	if err := r.Raise(referral.Flagged{Flag: "F-1", Kind: kind, To: "crisis-team"}, referraltest.By(sp.RoleLinkWorker, 4)); err != nil {
		panic(err)
	}
	return r
}

func says(a concern.Answer, at time.Time) (referral.HandOverAnswered, sp.Stamp) {
	return referral.HandOverAnswered{Flag: "F-1", By: "crisis-team", Answer: a}, sp.By(sp.Actor{ID: "nurse-1", Role: sp.RoleProvider, For: "crisis-team"}, at)
}

// The crisis line refuses one person and takes another on; a third is told of an adult
// at risk.
func ExampleConcerns() {
	ctx := context.Background()
	db := store.Tenant(memstore.New(), "bay")
	refused, taken := worried("R-1", concern.Crisis), worried("R-2", concern.Crisis)
	at := referraltest.Day(4)
	_ = refused.AnswerHandOver(says(concern.NotTheirs, at.Add(20*time.Minute)))
	_ = taken.AcceptHandOver("F-1", "crisis-team", "CT-5", sp.By(sp.Actor{ID: "nurse-1", Role: sp.RoleProvider, For: "crisis-team"}, at.Add(40*time.Minute)))
	_ = store.Save(ctx, db, refused, taken, worried("R-3", concern.Safeguarding))

	list, err := worklist.Concerns(ctx, referral.NewRepository(db, all), clocks, at.Add(time.Hour))
	for _, c := range list {
		fmt.Println(c.Referral, c.Concern.Kind, "-", c.Due.Step, "by", c.Due.By.Format("2 January 15:04"), "- late:", c.Late)
	}
	fmt.Println(err)
	// Output:
	// R-1 crisis - escalate by 6 March 10:20 - late: true
	// R-3 safeguarding - chase by 6 March 23:59 - late: false
	// R-2 crisis - speak by 9 March 23:59 - late: false
	// <nil>
}

func TestConcernsNeedAStandardForEveryKind(t *testing.T) {
	_, err := worklist.Concerns(t.Context(), referral.NewRepository(store.Tenant(memstore.New(), "bay"), all), map[concern.Kind]concern.Standard{concern.Crisis: {}}, referraltest.Day(4))
	require.ErrorContains(t, err, "safeguarding must have a standard")
	require.ErrorContains(t, err, "crisis.reply")
}

func TestTheListOfConcernsHasThoseThatCanBeDoneSomethingAboutAtTheMoment(t *testing.T) {
	ctx, db := t.Context(), store.Tenant(memstore.New(), "bay")
	mistaken := worried("R-1", concern.Crisis)
	require.NoError(t, mistaken.AnswerHandOver(referral.HandOverAnswered{Flag: "F-1", Answer: concern.RaisedByMistake}, sp.By(sp.Actor{ID: "lead", Role: sp.RoleLinkWorker}, referraltest.Day(5))))
	both := worried("R-2", concern.Crisis)
	require.NoError(t, both.Raise(referral.Flagged{Flag: "F-2", Kind: concern.Safeguarding}, referraltest.By(sp.RoleLinkWorker, 6)))
	require.NoError(t, both.AcceptHandOver("F-1", "crisis-team", "", sp.By(sp.Actor{ID: "nurse-1", Role: sp.RoleProvider, For: "crisis-team"}, referraltest.Day(5))))
	require.NoError(t, store.Save(ctx, db, mistaken, both, referraltest.Referral("R-3", referral.StateActive)))
	at := func(day int) (lines []string) {
		list, err := worklist.Concerns(ctx, referral.NewRepository(db, all), clocks, referraltest.Day(day))
		require.NoError(t, err)
		for _, c := range list {
			require.Equal(t, referraltest.Worker, c.Worker)
			lines = append(lines, fmt.Sprint(c.Referral, " ", c.Concern.ID, " ", c.Due.Step))
		}
		return lines
	}
	require.Equal(t, []string{"R-2 F-1 speak"}, at(5), "the other was not raised yet")
	require.Equal(t, []string{"R-2 F-2 offer", "R-2 F-1 speak"}, at(7), "each once, though two lists have the referral")

	_, err := worklist.Concerns(ctx, referral.NewRepository(storetest.Faulty(db, storetest.Fault{Kind: referral.Kind, Err: errDisk}), all), clocks, referraltest.Day(7))
	require.ErrorIs(t, err, errDisk)
}

// The practice of somebody who wants to die heard of it after three weeks, behind a
// routine letter.
func TestNewsOfAConcernIsOwedBeforeOlderNews(t *testing.T) {
	ctx, db := t.Context(), store.Tenant(memstore.New(), "bay")
	require.NoError(t, store.Save(ctx, db, referraltest.Referral("R-1", referral.StateActive), worried("R-2", concern.Crisis), referraltest.Referral("R-3", referral.StateActive)))
	var lines []string
	for o, err := range worklist.FeedbackOwed(ctx, referral.NewRepository(db, all), placement.NewRepository(db, all), sp.Calendar{}, referraltest.Day(20)) {
		require.NoError(t, err)
		lines = append(lines, fmt.Sprint(o.Referral, " ", o.Days, " ", o.Alarm))
	}
	require.Equal(t, []string{"R-2 16 true", "R-1 19 false", "R-3 19 false"}, lines)
}
