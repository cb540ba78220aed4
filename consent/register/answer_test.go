package register_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/consent"
	"github.com/socialprescribing/sp/consent/register"
	"github.com/socialprescribing/sp/transition"
)

// June agrees, agrees again a week later, and then changes her mind.
func ExampleRegister_Answer() {
	r := register.New("P-1", transition.TableOnly{})
	fmt.Println(r.Open(consent.England, ann(0)))
	yes := choice("C-sharing", "P-1")
	no := yes
	no.Refused = true
	fmt.Println(r.Answer(yes, ann(1)), r.Answer(yes, ann(2)), r.Answer(no, ann(3)))
	for _, c := range r.Choices() {
		fmt.Println(c.ID, c.Refused)
	}
	// Output:
	// <nil>
	// <nil> <nil> <nil>
	// C-sharing false
	// C-sharing-2 true
}

func TestAnswerIsRecordedWhereItDiffersFromTheLast(t *testing.T) {
	for name, c := range map[string]struct {
		differs func(*consent.Choice)
		want    int
	}{
		"not what they said last":      {func(*consent.Choice) {}, 1},
		"a no after a yes":             {func(c *consent.Choice) { c.Refused = true }, 2},
		"another wording":              {func(c *consent.Choice) { c.Wording.Version = "4" }, 2},
		"a wider scope":                {func(c *consent.Choice) { c.Scope.Kinds = append(c.Scope.Kinds, consent.Needs) }, 2},
		"until a day":                  {func(c *consent.Choice) { c.Until = noon.AddDate(1, 0, 0) }, 2},
		"somebody who decides for her": {func(c *consent.Choice) { c.By, c.As = "P-2", "lpa-health" }, 2},
		"another question":             {func(c *consent.Choice) { c.ID = "C-photo" }, 2},
	} {
		t.Run(name, func(t *testing.T) {
			r := opened(t, "P-1")
			require.NoError(t, r.Answer(choice("C-sharing", "P-1"), ann(1)))
			now := choice("C-sharing", "P-1")
			c.differs(&now)
			require.NoError(t, r.Answer(now, ann(2)))
			require.Len(t, r.Choices(), c.want)
		})
	}
}

func TestAnswerIsRecordedAnewWhereTheLastWasTakenBackOrHasEnded(t *testing.T) {
	r := opened(t, "P-1")
	until := choice("C-sharing", "P-1")
	until.Until = ann(5).At
	require.NoError(t, r.Answer(until, ann(1)))
	require.ErrorIs(t, r.Answer(until, ann(6)), sp.ErrInvalid, "it has ended")
	until.Until = time.Time{}
	require.NoError(t, r.Answer(until, ann(6)))
	require.NoError(t, r.Withdraw("C-sharing-2", ann(7)))
	require.NoError(t, r.Answer(until, ann(8)))
	require.Equal(t, consent.ChoiceID("C-sharing-3"), r.Choices()[2].ID)
	require.ErrorIs(t, r.Answer(consent.Choice{ID: "two words"}, ann(9)), sp.ErrInvalid)
}

// Whatever is answered and taken back, what the policy goes by is what was said last, and no
// two choices that follow each other say the same.
func TestAnswerMakesTheLastWordCount(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		r := opened(t, "P-1")
		ask := garden
		ask.Field = "name"
		for hour, what := range rapid.SliceOfN(rapid.SampledFrom([]string{"yes", "no", "withdraw"}), 1, 10).Draw(rt, "said") {
			if all := r.Choices(); what == "withdraw" {
				if len(all) == 0 || !all[len(all)-1].Withdrawn.IsZero() {
					continue
				}
				require.NoError(rt, r.Withdraw(all[len(all)-1].ID, ann(hour)))
				continue
			}
			c := choice("C-sharing", "P-1")
			c.Refused = what == "no"
			require.NoError(rt, r.Answer(c, ann(hour)))
			ask.At = ann(hour).At.Add(time.Minute)
			require.Equal(rt, what == "yes", policy.Decide(r.File(facts), ask).Allow)
		}
		all := r.Choices()
		for n := 1; n < len(all); n++ {
			require.False(rt, all[n-1].Withdrawn.IsZero() && all[n-1].Refused == all[n].Refused, "said twice")
		}
	})
}
