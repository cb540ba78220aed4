package referral

import (
	"context"

	"github.com/socialprescribing/sp/transition"
)

// SupplyLoad tells the authorizer how much a worker carries, in cases or in whatever
// unit the scheme counts: a referral cannot know what else is on somebody's caseload.
// Whoever decides about accept and assign finds it as the attribute "load" of the
// worker ([transition.Act.NumberOf]); what was not supplied is unknown. It is not
// recorded, and lasts as long as the referral in memory.
//
//	n, err := referrals.Caseload(ctx, "ann")
//	r.SupplyLoad("ann", n)
//	err = r.Accept("ann", stamp)
func (r *Referral) SupplyLoad(worker WorkerID, load int) {
	told := transition.Attribute{Name: "load", Text: string(worker), Number: int64(load)}
	for i, l := range r.loads {
		if l.Text == told.Text {
			r.loads[i] = told
			r.learn()
			return
		}
	}
	r.loads = append(r.loads, told)
	r.learn()
}

// Caseload counts the referrals on a worker's caseload that have not ended.
func (p *Repository) Caseload(ctx context.Context, worker WorkerID) (n int, err error) {
	for _, err := range p.All(ctx, Query{Worker: worker, States: open}) {
		if err != nil {
			return 0, err
		}
		n++
	}
	return n, nil
}
