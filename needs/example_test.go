package needs_test

import (
	"context"
	"fmt"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/needs/measure"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
	"github.com/socialprescribing/sp/transition"
)

func Example() {
	ctx := context.Background()
	db := store.Tenant(memstore.New(), "morecambe-bay")
	s := sp.By(sp.Actor{ID: "ann", Role: sp.RoleLinkWorker}, time.Date(2026, 11, 23, 9, 30, 0, 0, time.UTC))
	must := func(err error) {
		if err != nil {
			panic(err)
		}
	}

	// Ann listens.
	a := needs.New("A-7", transition.TableOnly{})
	err := a.Open("P-55", s)
	must(err)
	must(a.Identify(needs.Finding{ID: "N-1", Code: needs.Debt, Source: sp.RoleReferrer, Severity: needs.Moderate}, nil, s))
	must(a.Identify(needs.Finding{ID: "N-2", Code: needs.Loneliness, Source: sp.RolePerson, Severity: needs.Severe}, nil, s))
	must(a.Identify(needs.Finding{ID: "N-3", Code: "pets", Source: sp.RolePerson}, nil, s))
	must(a.Order([]needs.ID{"N-2", "N-1"}, s)) // company first, says Jo

	// The ninth question of the PHQ-9 must not be overlooked.
	phq9, _ := measure.Find("phq-9")
	result, err := a.Measure(phq9, measure.Answers{"1": 1, "2": 2, "3": 2, "4": 1, "5": 1, "6": 2, "7": 1, "8": 0, "9": 1}, s)
	must(err)
	fmt.Println(result.Scores[0].Value, result.Scores[0].Band, "self-harm:", result.Alert("self-harm"))
	fmt.Println(a.Close(s))
	must(a.Escalate("self-harm", "dr-lee", s))

	// A goal in codes, and what it means in Jo's words.
	must(a.SetGoal("G-1", []needs.ID{"N-2", "N-3"}, sp.NewDate(2027, time.January, 11), s))
	plan, err := needs.WritePlan(needs.Plan{
		Assessment: "A-7", Person: "P-55",
		Matters: []sp.Personal[string]{sp.Hide("my dog"), sp.Hide("not being a burden")},
		Items:   []needs.Item{{Goal: "G-1", Words: sp.Hide("walk Bess with others on Sundays")}},
	}, a, s)
	must(err)
	must(store.Save(ctx, db, a, plan))

	for _, n := range plan.Plan().Items[0].Needs(a) {
		term, _ := needs.Standard().Term(n.Code)
		fmt.Println("G-1 is for", n.ID, term.Display, "strength:", n.Strength)
	}
	for due, err := range needs.NewRepository(db, transition.TableOnly{}).Due(ctx, sp.NewDate(2027, time.February, 1)) {
		must(err)
		fmt.Println("to be reviewed:", due.ID(), due.Goals()[0].Review)
	}
	// Output:
	// 11 moderate self-harm: yes
	// assessment: close A-7: not before every alert is escalated, or asked again where there was no answer (self-harm)
	// G-1 is for N-2 Loneliness strength: false
	// G-1 is for N-3 Animals strength: true
	// to be reviewed: A-7 2027-01-11
}
