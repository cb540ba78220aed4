package mirror_test

import (
	"context"
	"fmt"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation/evaluationtest"
	"github.com/socialprescribing/sp/evaluation/mirror"
)

func Example() {
	log := evaluationtest.World{Seed: 1, Referrals: 2_000}.Log()
	practices, err := mirror.Make(context.Background(), mirror.OfPractices, log, mirror.Options{
		AsOf: evaluationtest.End,
		Around: map[string]mirror.Around{
			"bay/practice-7": {Area: "Hill ward", Quintile: 1, InNeed: sp.Know[int64](400), Near: map[string]int{"debt": 2, "loneliness": 5}, Source: "the council's estimate of 2026"},
			"bay/practice-8": {Area: "Mill ward", Quintile: 4, InNeed: sp.Know[int64](700), Source: "the council's estimate of 2026"},
		},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	page, err := practices.Page("bay/practice-7")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Print(page)
	// Output:
	// PRACTICE bay/practice-7, of the whole log, as it stood on 2027-08-01
	//   reach                     35 referrals of 400 people in need, 88 for each 1,000; all practices 64, no more apart than practices are anyway
	//   why                       medical 0, psychological 20 (57 %), social 20 (57 %), not on the list 0, of 35 reasons
	//   fit                       fit *, did not fit 0, something had to be asked 0, not judged *, of 35 referrals
	//   failed most               no failures
	//   what became of people     help began 10 (29 %), ended without it 20 (57 %), still waiting *, of 35 referrals
	//   at the closing            needs met *, met in part *, not met 10 (40 %), told where to go *, nobody knows *, of 25 referrals closed
	//   asked beyond the remit    outside the remit *, within it 30 (86 %), of 35 referrals decided on
	//   news of what came of it   told 15 (60 %), owed 0, owed for more than 14 days 10 (40 %), of 25 referrals closed
	//   around it                 Hill ward; in the most deprived fifth by deprivation; services near: debt 2, loneliness 5
	//   counts                    by HES: from 1 to 7 not shown (*), others to the nearest 5
}
