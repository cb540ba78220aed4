package needs_test

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/needs/measure"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
)

// TestAnyCourseOfAnAssessment drives random commands against a plain model of
// what must be open, and checks after each that a refusal changed nothing, that
// closing left nothing open, and that replay gives the same state.
func TestAnyCourseOfAnAssessment(t *testing.T) {
	codes := []needs.Code{needs.Debt, needs.Grief, "pets", "faith", "nonsense"}
	outcomes := []needs.Outcome{needs.Met, needs.NotMet, needs.Withdrawn, "splendid"}
	in := phq(t)
	rapid.Check(t, func(rt *rapid.T) {
		ctx := t.Context()
		db := store.Tenant(memstore.New(), "bay")
		a, err := opened("A-1", "P-1", at(0))
		require.NoError(rt, err)
		hour, alert, closed := 0, sp.No, false
		openNeeds, openGoals := map[needs.ID]bool{}, map[needs.ID]bool{}
		id := rapid.Map(rapid.IntRange(1, 4), func(n int) needs.ID { return needs.ID(fmt.Sprint("X-", n)) })

		for range rapid.IntRange(1, 40).Draw(rt, "length") {
			hour++
			s := at(hour)
			if rapid.IntRange(0, 9).Draw(rt, "late") == 0 {
				s = s.Happened(noon.Add(-1)) // before the opening: always refused
			}
			before := stateOf(a)
			x := id.Draw(rt, "id")
			var done func()
			switch rapid.IntRange(0, 8).Draw(rt, "command") {
			case 0:
				code := rapid.SampledFrom(codes).Draw(rt, "code")
				err = a.Identify(needs.Finding{ID: x, Code: code}, nil, s)
				done = func() {
					if term, _ := needs.Standard().Term(code); !term.Strength {
						openNeeds[x] = true
					}
				}
			case 1:
				err = a.Rate(x, needs.Severity(rapid.IntRange(-1, 6).Draw(rt, "severity")), s)
			case 2:
				err = a.Order(rapid.SliceOfN(id, 0, 4).Draw(rt, "order"), s)
			case 3:
				answers := measure.Answers{}
				if rapid.Bool().Draw(rt, "asked") {
					answers["9"] = rapid.IntRange(0, 4).Draw(rt, "thoughts")
				}
				_, err = a.Measure(in, answers, s)
				done = func() {
					answer, asked := answers["9"]
					switch {
					case alert == sp.Yes || asked && answer > 0:
						alert = sp.Yes
					case !asked:
						alert = sp.Unknown
					default:
						alert = sp.No
					}
				}
			case 4:
				err = a.Escalate("self-harm", "dr-lee", s)
				done = func() { alert = sp.No }
			case 5:
				err = a.SetGoal(x, []needs.ID{id.Draw(rt, "for")}, today.Add(rapid.IntRange(0, 30).Draw(rt, "review")), s)
				done = func() { openGoals[x] = true }
			case 6:
				r := needs.Reviewed{Goal: x, Reached: rapid.IntRange(0, 10).Draw(rt, "reached")}
				if rapid.Bool().Draw(rt, "ends") {
					r.Outcome = rapid.SampledFrom(outcomes).Draw(rt, "outcome")
				} else {
					r.Next = today.Add(30)
				}
				err = a.Review(r, s)
				done = func() {
					if r.Outcome != "" {
						delete(openGoals, x)
					}
				}
			case 7:
				o := rapid.SampledFrom(outcomes).Draw(rt, "outcome")
				by := rapid.SampledFrom([]needs.Means{"", needs.BySessions, needs.ByPerson}).Draw(rt, "by")
				err = a.Resolve(x, o, by, s)
				require.True(rt, err != nil || (by != "") == (o == needs.Met || o == needs.PartlyMet), "what is met is met by something, and nothing else is")
				done = func() { delete(openNeeds, x) }
			case 8:
				may := !closed && alert == sp.No && len(openNeeds) == 0 && len(openGoals) == 0 && !s.At.Before(noon)
				err = a.Close(s)
				require.Equal(rt, may, err == nil)
				done = func() { closed = true }
			}
			if err != nil {
				require.ErrorIs(rt, err, sp.ErrInvalid)
				require.Empty(rt, diff(before, stateOf(a)), "a refusal changes nothing")
				continue
			}
			require.False(rt, before.Closed, "nothing happens after closing")
			if done != nil {
				done()
			}
			if rapid.IntRange(0, 4).Draw(rt, "save") == 0 {
				require.NoError(rt, store.Save(ctx, db, a))
			}
		}

		require.Equal(rt, closed, a.Closed())
		var open []needs.ID
		for _, n := range a.Needs() {
			if n.Open() {
				open = append(open, n.ID)
			}
		}
		slices.Sort(open)
		require.Equal(rt, slices.Sorted(maps.Keys(openNeeds)), open)
		require.NoError(rt, store.Save(ctx, db, a))
		loaded, err := needs.NewRepository(db, anybody).Assessment(ctx, "A-1")
		require.NoError(rt, err)
		require.Empty(rt, diff(stateOf(a), stateOf(loaded)), "replay gives the same state")
		for event, err := range db.Log(ctx, "", "") {
			require.NoError(rt, err)
			require.NotContains(rt, string(event.Data), canary)
		}
	})
}
